-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "MQ-28",
    title = "Command delivered twice",
    category = "mqtt",
    severity = "S2",
    server = [[The connection ends when the board acknowledges a command; the broker has not heard
        it, and sends the command again with DUP when the board is back.]],
    why = [[QoS 1 means at least once: every board meets this, and one that adds, toggles or
        dispenses does it twice.]],
    good = "Acknowledges the command again, and does not carry it out again.",
    bad = "Carries it out twice.",
    spec = {"MQTT 3.1.1 section 4.3.2"},
    expect = "cope",
    rules = {"stay-comes-back", "stay-once"},
    flaw = "command-repeated",
    control = "MQ-19/qos1",
    change = {mqtt = {faults = {"disconnect PUBACK count=1"}}},
    differs = {"mqtt.faults"},
    lasts_ms = 2500,
}
