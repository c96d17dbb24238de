-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "MQ-20",
    title = "PUBACK for another message",
    category = "mqtt",
    severity = "S3",
    server = "The broker acknowledges a packet identifier that the board has not used.",
    why = "A board that does not compare identifiers takes a message for delivered that is lost.",
    good = "Ignores it or closes the connection, and does not take its message for delivered.",
    bad = "Takes its message for delivered, or crashes.",
    spec = {"MQTT 3.1.1 section 3.4.2", "MQTT 3.1.1 section 4.8"},
    expect = "cope",
    rules = {"reports-failure"},
    flaw = "acknowledgement-unread",
    control = "POS-01",
    change = {mqtt = {faults = {"corrupt PUBACK at=3"}}},
    differs = {"mqtt"},
    deadline_ms = 20000,
}
