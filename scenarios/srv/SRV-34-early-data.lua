-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SRV-34",
    title = "Requests ahead of the handshake",
    category = "crypto",
    severity = "S2",
    server = [[The bench comes as a good client with TLS 1.3 only, and looks at the tickets that it
        is given.]],
    why = [[A request that comes with the ClientHello (0-RTT) can be recorded and sent again: a
        command to a board is carried out twice, and no certificate was looked at.]],
    good = "Gives no tickets, or such that allow no early data.",
    bad = "Gives tickets that allow it.",
    spec = {"RFC 8446 section 8", "RFC 9325 section 3.4"},
    expect = "accept",
    control = "SRV-01",
    flaw = "early-data-served",
    rules = {"no-early-data"},
    needs = {tls = {"1.3"}},
    change = {tls = {versions = {"1.3"}}},
    differs = {"tls.versions"},
}
