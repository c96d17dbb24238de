-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SRV-19",
    title = "Four connections that say nothing",
    category = "robustness",
    severity = "S2",
    server = [[Four other connections are open and silent while the bench visits.]],
    why = [[A server that waits for one silent client serves nobody else, and costs an attacker one
        packet.]],
    good = "Serves the client beside them.",
    bad = "Keeps it waiting until the others end.",
    spec = {"CWE-400"},
    expect = "accept",
    control = "SRV-01",
    flaw = "one-connection-blocks",
    change = {visit = {company = "idle", company_count = 4, wait_ms = 8000}},
    differs = {"visit"},
}
