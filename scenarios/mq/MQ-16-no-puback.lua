-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "MQ-16",
    title = "PUBACK never comes",
    category = "mqtt",
    severity = "S3",
    server = [[The broker takes a message of QoS 1, keeps the connection, and never
        acknowledges the message.]],
    why = "QoS 1 is there for this: what was not acknowledged was not delivered.",
    good = "Sends it again with DUP and the same identifier, or gives up and reports a failure.",
    bad = "Takes its message for delivered, waits for ever, or sends it as a new one.",
    spec = {"MQTT 3.1.1 section 4.4", "MQTT 3.1.1 section 3.3.1"},
    expect = "cope",
    rules = {"reports-failure", "mqtt-packet-ids"},
    flaw = "result-unchecked",
    control = "POS-01",
    change = {mqtt = {withhold = {"PUBACK"}}},
    differs = {"mqtt"},
    silent = true,
    deadline_ms = 20000,
}

scenario{
    id = "MQ-16/kept",
    title = "PUBACK never comes, and the session is kept",
    category = "mqtt",
    severity = "S3",
    server = [[The broker takes a message of QoS 1 of a board that stays, keeps the connection,
        and does not acknowledge the message for a while.]],
    why = "QoS 1 is there for this: what was not acknowledged was not delivered.",
    good = [[Sends it again with DUP and the same identifier, on this connection or the next
        one.]],
    bad = "Forgets it, or sends it as a new one.",
    spec = {"MQTT 3.1.1 section 4.4", "MQTT 3.1.1 section 3.3.1"},
    expect = "cope",
    rules = {"stay-repeats", "mqtt-packet-ids"},
    flaw = "resend-missing",
    control = "MQ-21",
    change = {mqtt = {faults = {"withhold PUBACK count=1"}}},
    differs = {"mqtt"},
    needs = {mqtt = {"3.1.1"}},
    lasts_ms = 3500,
}
