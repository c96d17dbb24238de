-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SRV-16",
    title = "Client that asks for another handshake",
    category = "robustness",
    severity = "S3",
    server = [[In a connection of TLS 1.2 the bench asks for a second handshake before its
        request.]],
    why = [[One small message of a client makes a board compute for a second; many of them keep it
        busy.]],
    good = "Refuses the second handshake, or ends the connection.",
    bad = "Renegotiates as often as it is asked to.",
    spec = {"RFC 9325 section 3.5"},
    expect = "cope",
    control = "SRV-01",
    flaw = "renegotiation-served",
    needs = {tls = {"1.2"}},
    rules = {"no-renegotiation"},
    change = function(description)
        description.tls.versions = {"1.2"}
        description.visit = {before = "renegotiate"}
        return description
    end,
    differs = {"tls.versions", "visit"},
}
