-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "MQ-43",
    title = "Secrets in what the board prints",
    category = "mqtt",
    severity = "S2",
    server = [[Nothing is served for this: the bench reads what the board printed in all its
        connections, and knows the secrets that it was given.]],
    why = [[Serial lines are open on most boards, and logs are sent to people who are asked for
        help.]],
    good = "Prints neither passwords nor keys.",
    bad = "Prints what it connects with.",
    spec = {"EN 303 645 section 5.4 (provision 5.4-1)"},
    expect = "observe",
    rules = {"no-secrets-printed"},
    flaw = "password-printed",
    control = "POS-01",
}
