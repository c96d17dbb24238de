-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "MQ-22",
    title = "PINGRESP never comes",
    category = "mqtt",
    severity = "S2",
    server = "The broker answers everything but PINGREQ, and keeps the connection.",
    why = [[A router that forgot the connection, or a broker that died, looks exactly like this; a
        board that does not notice is out of reach until it is switched off.]],
    good = "Closes the connection within one and a half times its keep alive, and comes back.",
    bad = "Sends one PINGREQ after the other, or nothing, into a dead connection.",
    spec = {"MQTT 3.1.1 section 3.1.2.10", "MQTT 3.1.1 section 3.12"},
    expect = "cope",
    rules = {"stay-pingresp", "stay-comes-back"},
    flaw = "pingresp-unawaited",
    control = "MQ-19/qos1",
    change = {mqtt = {withhold = {"PINGRESP"}}},
    differs = {"mqtt.withhold"},
    lasts_ms = 3500,
}
