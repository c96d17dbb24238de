-- SPDX-License-Identifier: Apache-2.0
-- Two keys, one thing: how slowly bytes come.
scenario{
    id = "NET-03",
    title = "One byte every second",
    category = "robustness",
    severity = "S2",
    server = [[The server sends its answer one byte a second, which would take a quarter of an
        hour.]],
    why = [[A limit for each read never runs out while bytes arrive; one server of this kind
        keeps a board busy for ever.]],
    good = "Has a limit for the whole handshake and gives up within it.",
    bad = "Begins its limit anew with each byte.",
    spec = {"EN 303 645 section 5.9 (provision 5.9-1)", "RFC 1122 section 4.2.3.5"},
    expect = "cope",
    flaw = "timeout-per-read",
    control = "POS-01",
    change = {net = {chunk_tx = 1, chunk_delay_ms = 1000}},
    differs = {"net"},
    deadline_ms = 20000,
}
