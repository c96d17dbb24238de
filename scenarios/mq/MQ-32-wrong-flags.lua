-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "MQ-32",
    title = "Packet with wrong reserved flags",
    category = "mqtt",
    severity = "S2",
    server = [[Where the board waits for a PUBACK comes a packet of type 11 (UNSUBACK) whose
        four reserved flags are all set.]],
    why = "A jump table by type and flags that was not made for all values ends anywhere.",
    good = "Closes the connection, and does not take its message for delivered.",
    bad = "Crashes, or takes it for the acknowledgement.",
    spec = {"MQTT 3.1.1 section 2.2.2", "MQTT 3.1.1 section 4.8"},
    expect = "cope",
    rules = {"reports-failure"},
    flaw = "acknowledgement-unread",
    control = "POS-01",
    change = {mqtt = {faults = {"corrupt PUBACK at=0"}}},
    differs = {"mqtt"},
    deadline_ms = 20000,
}
