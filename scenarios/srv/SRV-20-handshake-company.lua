-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SRV-20",
    title = "Two clients that stop in the handshake",
    category = "robustness",
    severity = "S2",
    server = [[Two other connections have sent their ClientHello and nothing more while the bench
        visits.]],
    why = "A handshake may take as long as its slower side wants; others must not wait for it.",
    good = "Serves the client beside them.",
    bad = "Keeps it waiting until the others end.",
    spec = {"CWE-400"},
    expect = "accept",
    control = "SRV-01",
    flaw = "one-connection-blocks",
    needs = {tls = {"1.2", "1.3"}},
    change = {visit = {company = "handshake", company_count = 2, wait_ms = 8000}},
    differs = {"visit"},
}
