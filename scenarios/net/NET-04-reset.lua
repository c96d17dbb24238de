-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "NET-04/accept",
    title = "Connection reset at once",
    category = "robustness",
    severity = "S2",
    server = "The server, of TLS 1.2, resets the connection as soon as the connection is open.",
    why = [[Brokers restart and routers forget; what a reset leaves behind in the board decides
        whether it works tomorrow.]],
    good = [[Gives up at once, frees what it held, and connects to the next good server as if
        nothing had been.]],
    bad = "Crashes, waits for its time limit, or connects again in a hot loop.",
    spec = {"RFC 9293 section 3.5.2", "RFC 5246 section 7.2.1"},
    expect = "cope",
    flaw = "connection-reset-crash",
    rules = {"few-connections"},
    control = "POS-01/tls12",
    change = {net = {accept = "reset"}},
    differs = {"net"},
    needs = {tls = {"1.2"}},
    deadline_ms = 20000,
}

scenario{
    id = "NET-04/hello",
    title = "Connection reset inside the ServerHello",
    category = "robustness",
    severity = "S2",
    server = "The server, of TLS 1.2, resets the connection inside its ServerHello.",
    why = [[Brokers restart and routers forget; what a reset leaves behind in the board decides
        whether it works tomorrow.]],
    good = [[Gives up at once, frees what it held, and connects to the next good server as if
        nothing had been.]],
    bad = "Crashes, waits for its time limit, or connects again in a hot loop.",
    spec = {"RFC 9293 section 3.5.2", "RFC 5246 section 7.2.1"},
    expect = "cope",
    rules = {"few-connections"},
    flaw = "retry-without-pause",
    control = "POS-01/tls12",
    change = {net = {reset_after_tx = 90}},
    differs = {"net"},
    needs = {tls = {"1.2"}},
    deadline_ms = 20000,
}

scenario{
    id = "NET-04/certificate",
    title = "Connection reset inside the certificate",
    category = "robustness",
    severity = "S2",
    server = "The server, of TLS 1.2, resets the connection inside its certificate.",
    why = [[Brokers restart and routers forget; what a reset leaves behind in the board decides
        whether it works tomorrow.]],
    good = [[Gives up at once, frees what it held, and connects to the next good server as if
        nothing had been.]],
    bad = "Crashes, waits for its time limit, or connects again in a hot loop.",
    spec = {"RFC 9293 section 3.5.2", "RFC 5246 section 7.2.1"},
    expect = "cope",
    rules = {"few-connections"},
    flaw = "retry-without-pause",
    control = "POS-01/tls12",
    change = {net = {reset_after_tx = 400}},
    differs = {"net"},
    needs = {tls = {"1.2"}},
    deadline_ms = 20000,
}

scenario{
    id = "NET-04/flight",
    title = "Connection reset before the flight ends",
    category = "robustness",
    severity = "S2",
    server = "The server, of TLS 1.2, resets the connection near the end of its flight.",
    why = [[Brokers restart and routers forget; what a reset leaves behind in the board decides
        whether it works tomorrow.]],
    good = [[Gives up at once, frees what it held, and connects to the next good server as if
        nothing had been.]],
    bad = "Crashes, waits for its time limit, or connects again in a hot loop.",
    spec = {"RFC 9293 section 3.5.2", "RFC 5246 section 7.2.1"},
    expect = "cope",
    rules = {"few-connections"},
    flaw = "retry-without-pause",
    control = "POS-01/tls12",
    change = {net = {reset_after_tx = 700}},
    differs = {"net"},
    needs = {tls = {"1.2"}},
    deadline_ms = 20000,
}
