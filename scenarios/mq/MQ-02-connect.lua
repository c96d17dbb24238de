-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "MQ-02",
    title = "First packet is a well-formed CONNECT",
    category = "mqtt",
    severity = "S2",
    server = [[Nothing is served for this: the bench looks at what the board sent to all its
        brokers.]],
    why = [[Brokers close a connection that begins with anything else, and no broker agrees
        with another on what it overlooks.]],
    good = "Begins every connection with a CONNECT that has the name and the level of its version.",
    bad = "Sends another packet first, a wrong name, or a length that does not fit.",
    spec = {"MQTT 3.1.1 section 3.1", "MQTT 3.1.1 section 3.1.2", "MQTT 3.1.1 section 2.2.2"},
    expect = "observe",
    rules = {"mqtt-connect-form"},
    flaw = "protocol-name-wrong",
    control = "POS-01",
}
