-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "MQ-31",
    title = "Message of QoS 3",
    category = "mqtt",
    severity = "S2",
    server = "The broker sends a message with both bits of its QoS set.",
    why = [[There is no QoS 3; a board that looks up what to do by it looks behind the end of its
        table.]],
    good = "Closes the connection.",
    bad = "Acknowledges the message, or goes on.",
    spec = {"MQTT 3.1.1 section 3.3.1.2"},
    expect = "cope",
    rules = {"stay-closes"},
    flaw = "qos-unchecked",
    control = "MQ-19/qos1",
    change = {mqtt = {faults = {"set PUBLISH at=0 to=0x36"}}},
    differs = {"mqtt.faults"},
}
