-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "MQ-21",
    title = "PINGREQ within the keep alive",
    category = "mqtt",
    severity = "S2",
    server = "A good broker, which has nothing to say.",
    why = [[A broker closes a connection that is silent for one and a half times its keep alive;
        the board's commands are lost until it comes back.]],
    good = "Sends PINGREQ before its keep alive has passed, whenever it has nothing else to send.",
    bad = "Is silent for longer.",
    spec = {"MQTT 3.1.1 section 3.1.2.10", "MQTT 3.1.1 section 3.12"},
    expect = "accept",
    rules = {"stay-pings"},
    flaw = "ping-missing",
    control = "MQ-21",
    description = {session = {keep_alive_s = 1, clean = false, subscribe_qos = 2}},
    needs = {session = true},
    lasts_ms = 3000,
}
