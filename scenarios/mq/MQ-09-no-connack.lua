-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "MQ-09",
    title = "CONNACK never comes",
    category = "mqtt",
    severity = "S2",
    server = "The broker takes the CONNECT, keeps the connection, and never answers.",
    why = [[An overloaded broker behind a load balancer looks exactly like this; a board
        without a limit waits for it until somebody comes.]],
    good = [[Gives up after some seconds, and connects to the next good server as if nothing
        had been.]],
    bad = "Waits for ever, or connects again at once and without end.",
    spec = {"MQTT 3.1.1 section 3.2"},
    expect = "cope",
    rules = {"few-connections", "reports-failure"},
    flaw = "patience-endless",
    control = "POS-01",
    change = {mqtt = {withhold = {"CONNACK"}}},
    differs = {"mqtt"},
    silent = true,
    deadline_ms = 20000,
}
