-- SPDX-License-Identifier: Apache-2.0
-- Two keys, one thing: hanging up instead of answering.
scenario{
    id = "NET-12",
    title = "Server closes as soon as it is connected",
    category = "robustness",
    severity = "S2",
    server = [[The broker closes the connection as soon as the board's CONNECT has come,
        without an answer.]],
    why = [[A broker that refuses a fleet like this is taken down by it, unless each board
        waits longer every time.]],
    good = "Reports a failure, waits, and connects to the next good server as if nothing had been.",
    bad = "Connects again at once and without end, or takes it for a success.",
    spec = {
        "MQTT 3.1.1 section 3.1.4",
        "MQTT 3.1.1 section 3.2",
        "EN 303 645 section 5.9 (provision 5.9-3)",
    },
    expect = "cope",
    rules = {"few-connections", "reports-failure"},
    flaw = "result-unchecked",
    control = "POS-01",
    change = {mqtt = {withhold = {"CONNACK"}, close_after = {"CONNECT"}}},
    differs = {"mqtt"},
    deadline_ms = 20000,
}
