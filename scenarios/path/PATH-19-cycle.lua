-- SPDX-License-Identifier: Apache-2.0
-- One thing, a circle, at three places: who issued the first, the second, and that it is sent.
scenario{
    id = "PATH-19",
    title = "Two authorities that issued each other",
    category = "robustness",
    severity = "S2",
    server = [[Two CAs have issued certificates to each other; one of them has issued that of the
        server. All three are sent, and none leads to a root.]],
    why = [[A board that follows issuers without counting goes round until its stack or its
        watchdog ends it.]],
    good = "Gives up within its usual time, with unknown_ca.",
    bad = [[Crashes, hangs, or completes the handshake because nothing was wrong with any single
        step.]],
    spec = {"RFC 5280 section 6.1"},
    expect = "refuse",
    alerts = {"unknown_ca"},
    flaw = "unknown-issuer-accepted",
    control = "POS-03",
    change = {
        chain = {"leaf", "intermediate", "other"},
        certs = {
            intermediate = {issuer = "other"},
            other = {recipe = "intermediate", issuer = "intermediate"},
        },
    },
    differs = {"chain", "certs.intermediate.issuer", "certs.other"},
}
