-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SRV-36",
    title = "ClientHello that never ends",
    category = "robustness",
    severity = "S3",
    server = [[The bench sends its ClientHello a byte at a time, five in a second, for twelve
        seconds.]],
    why = [[Who waits anew with every byte waits for ever; such clients cost an attacker nothing
        (slow loris).]],
    good = "Closes the connection when the handshake takes too long.",
    bad = "Keeps it for as long as a byte comes now and then.",
    spec = {"CWE-400"},
    expect = "cope",
    control = "SRV-01",
    flaw = "idle-kept",
    needs = {tls = {"1.2", "1.3"}},
    change = {net = {chunk_tx = 1, chunk_delay_ms = 200}, visit = {wait_ms = 12000}},
    differs = {"net", "visit"},
}
