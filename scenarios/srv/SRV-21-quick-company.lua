-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SRV-21",
    title = "Fifty connections that are closed at once",
    category = "robustness",
    severity = "S2",
    server = [[Before the bench visits, fifty connections are opened and closed without a word.]],
    why = "Port scanners and load balancers do that all day; each must leave nothing behind.",
    good = "Serves the client afterwards.",
    bad = "Has no room for it any more.",
    spec = {"CWE-772"},
    expect = "accept",
    control = "SRV-01",
    flaw = "connection-leaked",
    change = {visit = {company = "quick", company_count = 50}},
    differs = {"visit"},
}
