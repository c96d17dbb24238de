-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "MQ-03",
    title = "Flags of CONNECT",
    category = "mqtt",
    severity = "S3",
    server = [[Nothing is served for this: the bench looks at what the board sent to all its
        brokers.]],
    why = [[A reserved bit that is set, or the QoS of a will that is none, is a reason for
        every broker to close.]],
    good = "Leaves the reserved bit 0, and the bits of the will where there is none.",
    bad = "Sets bits that mean nothing, or that contradict each other.",
    spec = {"MQTT 3.1.1 section 3.1.2"},
    expect = "observe",
    rules = {"mqtt-connect-flags"},
    flaw = "connect-flag-reserved",
    control = "POS-01",
}
