-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "MQ-30/four-bytes",
    title = "Packet that announces 69 megabytes",
    category = "mqtt",
    severity = "S1",
    server = [[The broker's CONNACK announces a length of 69 206 141 bytes, in four bytes, and
        three bytes follow.]],
    why = [[A length is the first thing that an attacker tries, and megabytes are more than
        any small board has.]],
    good = [[Closes the connection, or waits no longer than its limit, and connects to the
        next good server as if nothing had been.]],
    bad = "Asks for the memory at once and resets itself, or waits for ever.",
    spec = {"MQTT 3.1.1 section 2.2.3"},
    expect = "cope",
    rules = {"mqtt-refusal-obeyed"},
    flaw = "mqtt-length-trusted",
    control = "POS-01",
    change = {mqtt = {faults = {
        "corrupt CONNACK at=1",
        "corrupt CONNACK at=2",
        "corrupt CONNACK at=3",
        "duplicate CONNACK",
    }}},
    differs = {"mqtt"},
    deadline_ms = 20000,
}

scenario{
    id = "MQ-30/five-bytes",
    title = "Packet with a length of more than four bytes",
    category = "mqtt",
    severity = "S1",
    server = [[The length of the broker's CONNACK goes on after its fourth byte, where every
        length has to end.]],
    why = [[A length is the first thing that an attacker tries, and megabytes are more than
        any small board has.]],
    good = "Closes the connection, and connects to the next good server as if nothing had been.",
    bad = [[Reads on, calculates with more than 32 bits have room for, resets itself or
        waits for ever.]],
    spec = {"MQTT 3.1.1 section 2.2.3"},
    expect = "cope",
    rules = {"mqtt-refusal-obeyed"},
    flaw = "mqtt-length-trusted",
    control = "POS-01",
    change = {mqtt = {faults = {
        "corrupt CONNACK at=1",
        "corrupt CONNACK at=2",
        "corrupt CONNACK at=3",
        "duplicate CONNACK",
        "corrupt CONNACK at=4",
    }}},
    differs = {"mqtt"},
    deadline_ms = 20000,
}
