-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SRV-24",
    title = "Connection that is reset in the handshake",
    category = "robustness",
    severity = "S1",
    server = [[The bench resets the connection after 40 bytes of its ClientHello.]],
    why = "A reset is an error in the next read or write, which some programs never look at.",
    good = "Forgets the connection and serves the next client.",
    bad = "Crashes, or serves nobody any more.",
    spec = {"RFC 9293 section 3.10.7.4"},
    expect = "cope",
    control = "SRV-01",
    flaw = "server-ends-on-error",
    needs = {tls = {"1.2", "1.3"}},
    change = {net = {reset_after_tx = 40}},
    differs = {"net"},
}
