-- SPDX-License-Identifier: Apache-2.0
-- MQ-19/qos1 is the control of the cases about boards that stay connected.
scenario{
    id = "MQ-19/qos1",
    title = "Message of QoS 1 to the board",
    category = "mqtt",
    severity = "S2",
    server = [[A good broker sends a command of QoS 1 as soon as the board has subscribed to the
        topic of its commands.]],
    why = [[A message that is not acknowledged comes again with every connection, and takes the
        place of others.]],
    good = "Subscribes, answers with PUBACK of the same identifier, and stays.",
    bad = "Does not subscribe, answers nothing, or leaves.",
    spec = {"MQTT 3.1.1 section 3.3.4", "MQTT 3.1.1 section 4.3.2"},
    expect = "accept",
    rules = {"stay-acknowledges"},
    flaw = "puback-missing",
    control = "MQ-19/qos1",
    description = {
        session = {keep_alive_s = 1, clean = false, subscribe_qos = 2},
        mqtt = {messages = {"publish SUBACK qos=1 payload=command-1"}},
    },
    needs = {session = true},
}

scenario{
    id = "MQ-19/qos2",
    title = "Message of QoS 2 to the board",
    category = "mqtt",
    severity = "S2",
    server = [[A good broker sends a command of QoS 2 as soon as the board has subscribed to the
        topic of its commands.]],
    why = "QoS 2 is complete with PUBCOMP; before that a broker keeps the message, and counts it.",
    good = "Answers with PUBREC, and PUBREL with PUBCOMP, all of the same identifier.",
    bad = "Stops half way, or answers with PUBACK.",
    spec = {"MQTT 3.1.1 section 4.3.3", "MQTT 3.1.1 section 2.3.1"},
    expect = "accept",
    rules = {"stay-acknowledges"},
    flaw = "pubcomp-missing",
    control = "MQ-19/qos1",
    change = {mqtt = {messages = {"publish SUBACK qos=2 payload=command-1"}}},
    differs = {"mqtt.messages"},
    needs = {session = true},
}

-- The control of the cases in MQTT 5.0.
scenario{
    id = "MQ-19/v5",
    title = "Message of QoS 1 to the board, MQTT 5.0",
    category = "mqtt",
    severity = "S2",
    server = [[A good broker of MQTT 5.0 sends a command of QoS 1 as soon as the board has
        subscribed to the topic of its commands.]],
    why = [[A message that is not acknowledged comes again with every connection, and takes the
        place of others.]],
    good = "Subscribes, answers with PUBACK of the same identifier, and stays.",
    bad = "Does not subscribe, answers nothing, or leaves.",
    spec = {"MQTT 5.0 section 3.3.4", "MQTT 5.0 section 4.3.2"},
    expect = "accept",
    rules = {"stay-acknowledges"},
    flaw = "puback-missing",
    control = "MQ-19/v5",
    description = {
        session = {version = "5.0", keep_alive_s = 1, clean = false, subscribe_qos = 2},
        mqtt = {messages = {"publish SUBACK qos=1 payload=command-1"}},
    },
    needs = {session = true, mqtt = {"5.0"}},
}
