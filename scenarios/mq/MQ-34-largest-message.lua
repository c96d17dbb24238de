-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "MQ-34",
    title = "Largest message",
    category = "mqtt",
    severity = "S2",
    server = "A command of QoS 1 whose payload is longer each time.",
    why = [[Who may send to a board decides how long a message is; it has to take what it can,
        refuse the rest, and work afterwards.]],
    good = "Takes messages of 128 bytes at least, and is whole after one that is too long.",
    bad = "Takes none, crashes, or does not work afterwards.",
    spec = {"MQTT 3.1.1 section 2.2.3"},
    expect = "measure",
    ladder = {
        unit = "bytes",
        values = {1, 32, 128, 256, 512, 1024, 2048, 4096, 16384, 65536, 131072},
        least = 128,
    },
    flaw = "message-buffer-small",
    control = "MQ-19/qos1",
    change = function(description, bytes)
        description.mqtt.messages = {"publish SUBACK qos=1 payload=1 bytes=" .. bytes}
        return description
    end,
    differs = {"mqtt.messages"},
}
