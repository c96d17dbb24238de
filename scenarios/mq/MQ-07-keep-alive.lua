-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "MQ-07",
    title = "Keep alive is on",
    category = "mqtt",
    severity = "S3",
    server = [[Nothing is served for this: the bench looks at what the board sent to all its
        brokers.]],
    why = [[Routers and mobile networks forget silent connections without a word; only the
        keep alive finds out.]],
    good = "Has a keep alive of seconds to some minutes.",
    bad = "Turns it off with 0, or has one that is longer than any router remembers.",
    spec = {"MQTT 3.1.1 section 3.1.2.10"},
    expect = "observe",
    rules = {"mqtt-keep-alive"},
    flaw = "keep-alive-zero",
    control = "POS-01",
}
