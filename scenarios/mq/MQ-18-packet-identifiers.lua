-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "MQ-18",
    title = "DUP and packet identifiers",
    category = "mqtt",
    severity = "S3",
    server = [[Nothing is served for this: the bench looks at what the board sent to all its
        brokers.]],
    why = [[Identifiers are how a broker tells a message from its repetition; where they are
        wrong, messages are lost or come twice.]],
    good = "Sends a message first without DUP, with an identifier that is not 0 and not in use.",
    bad = [[Sets DUP at once, sends the identifier 0, or uses one again while its message is
        under way.]],
    spec = {"MQTT 3.1.1 section 3.3.1", "MQTT 3.1.1 section 2.3.1"},
    expect = "observe",
    rules = {"mqtt-packet-ids"},
    flaw = "dup-always",
    control = "POS-01",
}
