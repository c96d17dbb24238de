-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "EMS-03",
    title = "Server without extended_master_secret",
    category = "interoperability",
    severity = "S4",
    server = "The server of TLS 1.2 does not answer the extension.",
    why = "Servers older than 2015 do not know it; a board may insist or go on.",
    good = "Goes on, or closes with handshake_failure.",
    bad = "Hangs or crashes.",
    spec = {"RFC 7627 section 5.2", "RFC 9325 section 3.5"},
    expect = "cope",
    flaw = "unanswered-extension-crash",
    control = "POS-01/tls12",
    change = {tls = {extended_master_secret = false}},
    differs = {"tls.extended_master_secret"},
    needs = {tls = {"1.2"}},
}
