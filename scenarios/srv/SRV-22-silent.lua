-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SRV-22",
    title = "Connection that says nothing",
    category = "robustness",
    severity = "S3",
    server = [[The bench connects and says nothing for twelve seconds.]],
    why = "Every open connection costs memory that a board has little of.",
    good = "Closes the connection after a while.",
    bad = "Keeps it for as long as the client wants.",
    spec = {"CWE-400"},
    expect = "cope",
    control = "SRV-01",
    flaw = "idle-kept",
    change = {visit = {opening = "silence", wait_ms = 12000}},
    differs = {"visit"},
}
