-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "NET-02/hello",
    title = "Server stops inside the ServerHello",
    category = "robustness",
    severity = "S2",
    server = [[The server, of TLS 1.2, sends 90 bytes, which end inside the ServerHello, and
        then nothing more; the connection stays open.]],
    why = [[A time limit that counts from the last byte, or for the first flight only, leaves
        the board hanging where a connection breaks in the middle.]],
    good = [[Gives up after some seconds, and connects to the next good server as if nothing
        had been.]],
    bad = "Waits for the rest for ever.",
    spec = {"EN 303 645 section 5.9 (provision 5.9-1)", "RFC 1122 section 4.2.3.5"},
    expect = "cope",
    flaw = "patience-endless",
    control = "POS-01/tls12",
    change = {net = {stall_after_tx = 90}},
    differs = {"net"},
    needs = {tls = {"1.2"}},
    silent = true,
    deadline_ms = 20000,
}

scenario{
    id = "NET-02/certificate",
    title = "Server stops inside the server's certificate",
    category = "robustness",
    severity = "S2",
    server = [[The server, of TLS 1.2, sends 400 bytes, which end inside the server's
        certificate, and then nothing more; the connection stays open.]],
    why = [[A time limit that counts from the last byte, or for the first flight only, leaves
        the board hanging where a connection breaks in the middle.]],
    good = [[Gives up after some seconds, and connects to the next good server as if nothing
        had been.]],
    bad = "Waits for the rest for ever.",
    spec = {"EN 303 645 section 5.9 (provision 5.9-1)", "RFC 1122 section 4.2.3.5"},
    expect = "cope",
    flaw = "patience-endless",
    control = "POS-01/tls12",
    change = {net = {stall_after_tx = 400}},
    differs = {"net"},
    needs = {tls = {"1.2"}},
    silent = true,
    deadline_ms = 20000,
}

scenario{
    id = "NET-02/flight",
    title = "Server stops near the end of the server's flight",
    category = "robustness",
    severity = "S2",
    server = [[The server, of TLS 1.2, sends 700 bytes, which end near the end of the server's
        flight, and then nothing more; the connection stays open.]],
    why = [[A time limit that counts from the last byte, or for the first flight only, leaves
        the board hanging where a connection breaks in the middle.]],
    good = [[Gives up after some seconds, and connects to the next good server as if nothing
        had been.]],
    bad = "Waits for the rest for ever.",
    spec = {"EN 303 645 section 5.9 (provision 5.9-1)", "RFC 1122 section 4.2.3.5"},
    expect = "cope",
    flaw = "patience-endless",
    control = "POS-01/tls12",
    change = {net = {stall_after_tx = 700}},
    differs = {"net"},
    needs = {tls = {"1.2"}},
    silent = true,
    deadline_ms = 20000,
}
