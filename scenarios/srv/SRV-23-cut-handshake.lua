-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SRV-23",
    title = "Client that goes in the handshake",
    category = "robustness",
    severity = "S1",
    server = [[The bench closes the connection after 40 bytes of its ClientHello.]],
    why = "Clients lose their network, and attackers do it on purpose.",
    good = "Forgets the connection and serves the next client.",
    bad = "Crashes, or serves nobody any more.",
    spec = {"RFC 8446 section 6.1"},
    expect = "cope",
    control = "SRV-01",
    flaw = "server-ends-on-error",
    needs = {tls = {"1.2", "1.3"}},
    change = {net = {close_after_tx = 40}},
    differs = {"net"},
}
