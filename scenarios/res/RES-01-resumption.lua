-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "RES-01/tls12",
    title = "Resumption, TLS 1.2",
    category = "interoperability",
    severity = "S4",
    server = "The server of TLS 1.2 gives out sessions and takes them back.",
    why = [[A resumed session costs a fraction of a handshake; a board that offers one and
        fails with it is worse off than without.]],
    good = "Resumes the session of the connection before, or keeps none.",
    bad = "Offers its session and fails when the server takes it.",
    spec = {"RFC 5246 section 7.3", "RFC 9325 section 3.4"},
    expect = "accept",
    rules = {"resumed"},
    flaw = "resumption-broken",
    control = "POS-01/tls12",
    steps = {
        {title = "the first connection", change = {tls = {session_cache = true, tickets = 1}}},
    },
    change = {tls = {session_cache = true, tickets = 1}},
    differs = {"tls.session_cache", "tls.tickets"},
    needs = {tls = {"1.2"}},
}

scenario{
    id = "RES-01/tls13",
    title = "Resumption, TLS 1.3",
    category = "interoperability",
    severity = "S4",
    server = "The server of TLS 1.3 gives out sessions and takes them back.",
    why = [[A resumed session costs a fraction of a handshake; a board that offers one and
        fails with it is worse off than without.]],
    good = "Resumes the session of the connection before, or keeps none.",
    bad = "Offers its session and fails when the server takes it.",
    spec = {"RFC 8446 section 4.6.1", "RFC 9325 section 3.4"},
    expect = "accept",
    rules = {"resumed"},
    flaw = "resumption-broken",
    control = "POS-01/tls13",
    steps = {
        {title = "the first connection", change = {tls = {tickets = 2}}},
    },
    change = {tls = {tickets = 2}},
    differs = {"tls.tickets"},
    needs = {tls = {"1.3"}},
}
