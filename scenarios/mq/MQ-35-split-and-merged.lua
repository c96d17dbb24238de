-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "MQ-35/split",
    title = "Packets over many records",
    category = "mqtt",
    severity = "S2",
    server = "Every byte that the broker sends is a TLS record of its own.",
    why = "MQTT is a stream of bytes: where records and segments begin means nothing.",
    good = "Puts the packets together, and works as ever.",
    bad = "Takes what one read brings for a packet.",
    spec = {"MQTT 3.1.1 section 4.2"},
    expect = "accept",
    rules = {"stay-acknowledges"},
    flaw = "split-packet-lost",
    control = "MQ-19/qos1",
    change = {mqtt = {write_bytes = 1}},
    differs = {"mqtt.write_bytes"},
}

scenario{
    id = "MQ-35/merged",
    title = "Several packets in one record",
    category = "mqtt",
    severity = "S2",
    server = [[SUBACK and three commands leave together, in one TLS record.]],
    why = "MQTT is a stream of bytes: where records and segments begin means nothing.",
    good = "Takes one packet after the other, and acknowledges all.",
    bad = "Looks at the first one only.",
    spec = {"MQTT 3.1.1 section 4.2"},
    expect = "accept",
    rules = {"stay-acknowledges"},
    flaw = "merged-packet-lost",
    control = "MQ-19/qos1",
    change = {
        mqtt = {
            messages = {
                "publish SUBACK qos=1 payload=command-1",
                "publish SUBACK qos=1 payload=command-2",
                "publish SUBACK qos=1 payload=command-3",
            },
        },
    },
    differs = {"mqtt.messages"},
}
