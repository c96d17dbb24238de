-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "MQ-13/length",
    title = "CONNACK with a wrong length",
    category = "mqtt",
    severity = "S3",
    server = "The CONNACK announces 125 bytes instead of 2, and has them not.",
    why = [[Who does not read the length takes the rest of the connection for something that
        it is not.]],
    good = [[Closes the connection, or waits for the rest no longer than its limit, and
        connects to the next good server as if nothing had been.]],
    bad = "Takes it for a good CONNACK and publishes.",
    spec = {"MQTT 3.1.1 section 2.2.2", "MQTT 3.1.1 section 4.8"},
    expect = "cope",
    rules = {"mqtt-refusal-obeyed"},
    flaw = "acknowledgement-unread",
    control = "POS-01",
    change = {mqtt = {faults = {"corrupt CONNACK at=1"}}},
    differs = {"mqtt"},
    deadline_ms = 20000,
}

scenario{
    id = "MQ-13/flags",
    title = "CONNACK with reserved flags",
    category = "mqtt",
    severity = "S3",
    server = [[All flags of the CONNACK are set, those that are reserved and the one that a
        session is present, which a clean session never is.]],
    why = [[Where a broker breaks the protocol at its first packet, something is between it
        and the board.]],
    good = "Closes the connection, and connects to the next good server as if nothing had been.",
    bad = "Takes it for a good CONNACK and publishes.",
    spec = {"MQTT 3.1.1 section 3.2.2", "MQTT 3.1.1 section 4.8"},
    expect = "cope",
    rules = {"mqtt-refusal-obeyed"},
    flaw = "acknowledgement-unread",
    control = "POS-01",
    change = {mqtt = {faults = {"corrupt CONNACK at=2"}}},
    differs = {"mqtt"},
    deadline_ms = 20000,
}
