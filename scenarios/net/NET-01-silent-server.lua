-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "NET-01/after-hello",
    title = "Silence after the ClientHello",
    category = "robustness",
    severity = "S2",
    server = "The server takes the connection and the ClientHello, and never answers.",
    why = [[A server that is there and says nothing is the most common failure of all: an
        overloaded broker, a firewall that drops, a modem in a tunnel.]],
    good = [[Gives up after some seconds, and connects to the next good server as if nothing
        had been.]],
    bad = "Waits for ever; only its watchdog ends it, if it has one.",
    spec = {"EN 303 645 section 5.9 (provision 5.9-1)", "RFC 1122 section 4.2.3.5"},
    expect = "cope",
    rules = {"few-connections"},
    flaw = "patience-endless",
    control = "POS-01",
    change = {net = {stall_after_tx = 0}},
    differs = {"net"},
    silent = true,
    deadline_ms = 20000,
}

scenario{
    id = "NET-01/accept",
    title = "Connection taken, nothing read or answered",
    category = "robustness",
    severity = "S2",
    server = "The server takes the connection and does nothing.",
    why = [[A server that is there and says nothing is the most common failure of all: an
        overloaded broker, a firewall that drops, a modem in a tunnel.]],
    good = [[Gives up after some seconds, and connects to the next good server as if nothing
        had been.]],
    bad = "Waits for ever.",
    spec = {"EN 303 645 section 5.9 (provision 5.9-1)", "RFC 1122 section 4.2.3.5"},
    expect = "cope",
    rules = {"few-connections"},
    flaw = "patience-endless",
    control = "POS-01",
    change = {net = {accept = "silent"}},
    differs = {"net"},
    silent = true,
    deadline_ms = 20000,
}
