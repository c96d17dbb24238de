-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "MQ-12",
    title = "Another packet instead of CONNACK",
    category = "mqtt",
    severity = "S2",
    server = [[The broker's answer to CONNECT is a packet of type 13 (PINGRESP) with wrong
        flags, as long as a CONNACK.]],
    why = [[What is not a CONNACK accepts nobody; a board that counts bytes instead of
        reading them talks to anything.]],
    good = "Closes the connection, and connects to the next good server as if nothing had been.",
    bad = "Takes it for a CONNACK and publishes.",
    spec = {"MQTT 3.1.1 section 3.2", "MQTT 3.1.1 section 4.8"},
    expect = "cope",
    rules = {"mqtt-refusal-obeyed"},
    flaw = "acknowledgement-unread",
    control = "POS-01",
    change = {mqtt = {faults = {"corrupt CONNACK at=0"}}},
    differs = {"mqtt"},
    deadline_ms = 20000,
}
