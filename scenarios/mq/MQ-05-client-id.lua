-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "MQ-05",
    title = "Client identifier stays the same",
    category = "mqtt",
    severity = "S2",
    server = [[Nothing is served for this: the bench looks at what the board sent to all its
        brokers.]],
    why = [[A session, its subscriptions and the messages that wait belong to the
        identifier; one that is drawn anew loses them with every connection.]],
    good = "Has the same identifier in every connection.",
    bad = "Draws a new one with each connection or reset, or sends none.",
    spec = {"MQTT 3.1.1 section 3.1.3"},
    expect = "observe",
    rules = {"mqtt-client-id"},
    flaw = "client-id-random",
    control = "POS-01",
}
