-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SRV-31",
    title = "Heartbeat that claims more bytes than it has",
    category = "robustness",
    severity = "S0",
    server = [[The bench offers heartbeats and sends one that says it has 16384 bytes, and has none,
        right behind its ClientHello.]],
    why = [[Who sends back as many bytes as were claimed sends his memory, with the private key in
        it.]],
    good = "Ignores it, or ends the connection.",
    bad = "Answers it.",
    spec = {"RFC 6520 section 4", "CWE-126"},
    expect = "cope",
    control = "SRV-01",
    flaw = "heartbeat-answered",
    rules = {"no-heartbeat"},
    needs = {tls = {"1.2"}},
    change = {visit = {opening = "hello", hello = "heartbeat"}},
    differs = {"visit"},
}
