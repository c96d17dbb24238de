-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "MQ-17/3.1.1",
    title = "Message sent again after a lost connection",
    category = "mqtt",
    severity = "S2",
    server = [[The broker closes the connection at the board's first message of QoS 1, without
        PUBACK, and keeps the session.]],
    why = [[QoS 1 and a session that is kept are there so that a message survives its
        connection.]],
    good = "Comes back and sends the message first, with DUP and the same packet identifier.",
    bad = "Loses the message, or sends it as a new one, so that it arrives twice.",
    spec = {"MQTT 3.1.1 section 4.4", "MQTT 3.1.1 section 3.3.1"},
    expect = "cope",
    rules = {"stay-comes-back", "stay-resends"},
    flaw = {"resend-missing", "resend-with-new-id", "resend-without-dup"},
    control = "MQ-19/qos1",
    change = {mqtt = {faults = {"disconnect PUBLISH count=1"}}},
    differs = {"mqtt.faults"},
    lasts_ms = 2000,
}

-- Without PUBACK the message stays open for a while before the connection is closed: 5.0 forbids
-- what 3.1.1 leaves open, to send it again meanwhile.
scenario{
    id = "MQ-17/5.0",
    title = "Message sent again after a lost connection, MQTT 5.0",
    category = "mqtt",
    severity = "S2",
    server = [[The broker does not acknowledge the board's first message of QoS 1, closes the
        connection with the second PINGREQ, and keeps the session.]],
    why = [[MQTT 5.0 forbids to send a message again on the same connection, and demands it on
        the next: brokers count on both.]],
    good = "Waits, comes back, and sends the message with DUP and the same packet identifier.",
    bad = "Sends it again on the same connection, loses it, or sends it as a new one.",
    spec = {"MQTT 5.0 section 4.4"},
    expect = "cope",
    rules = {"stay-comes-back", "stay-resends"},
    flaw = {"resend-on-same-connection", "resend-missing"},
    control = "MQ-19/v5",
    change = {
        mqtt = {
            faults = {
                "withhold PUBACK count=4",
                "disconnect PINGREQ after=1 count=1 reason=0x8b",
            },
        },
    },
    differs = {"mqtt.faults"},
    needs = {mqtt = {"5.0"}},
    lasts_ms = 3500,
}
