-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "AL-01/name-tls12",
    title = "Fatal alert in the handshake, TLS 1.2",
    category = "robustness",
    severity = "S2",
    server = [[The server answers the ClientHello, in TLS 1.2, with the fatal alert
        unrecognized_name.]],
    why = [[What a board does when a server refuses it decides whether a mistake of a broker's
        operator takes a fleet down.]],
    good = "Closes, reports it, and gets through to the next good server.",
    bad = "Goes on, resets, or tries again at once and without end.",
    spec = {"RFC 5246 section 7.2.2", "RFC 8446 section 6.2"},
    expect = "cope",
    rules = {"reports-failure", "few-connections"},
    flaw = {"reset-on-alert", "retry-without-pause"},
    control = "POS-01/tls12",
    change = {tls = {sni = "refuse"}},
    differs = {"tls.sni"},
    needs = {tls = {"1.2"}},
}

scenario{
    id = "AL-01/name-tls13",
    title = "Fatal alert in the handshake, TLS 1.3",
    category = "robustness",
    severity = "S2",
    server = [[The server answers the ClientHello, in TLS 1.3, with the fatal alert
        unrecognized_name.]],
    why = [[What a board does when a server refuses it decides whether a mistake of a broker's
        operator takes a fleet down.]],
    good = "Closes, reports it, and gets through to the next good server.",
    bad = "Goes on, resets, or tries again at once and without end.",
    spec = {"RFC 5246 section 7.2.2", "RFC 8446 section 6.2"},
    expect = "cope",
    rules = {"reports-failure", "few-connections"},
    flaw = {"reset-on-alert", "retry-without-pause"},
    control = "POS-01/tls13",
    change = {tls = {sni = "refuse"}},
    differs = {"tls.sni"},
    needs = {tls = {"1.3"}},
}
