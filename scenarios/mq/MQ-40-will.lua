-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "MQ-40",
    title = "Will",
    category = "mqtt",
    severity = "S4",
    server = [[Nothing is served for this: the bench looks at what the board sent to all its
        brokers.]],
    why = [[A will tells others that a board has lost its power or its network. Whether one
        is needed depends on what the board is for.]],
    good = "Leaves a will, or needs none.",
    bad = "Is missed by nobody when it is gone.",
    spec = {"MQTT 3.1.1 section 3.1.2.5"},
    expect = "observe",
    rules = {"mqtt-will"},
    control = "POS-01",
}
