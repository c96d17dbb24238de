-- SPDX-License-Identifier: Apache-2.0
-- One thing, a broker that died behind a connection that stands, at two places: what it withholds,
-- and a board that goes on to publish, without which there would be nothing to mislead it.
scenario{
    id = "MQ-23",
    title = "Nothing is acknowledged while the board goes on",
    category = "mqtt",
    severity = "S2",
    server = [[The broker accepts the session, and says nothing more; the board has a message of
        QoS 0 to send every 300 ms.]],
    why = [[A board whose own sending counts as a sign of life sends into a dead connection for
        ever.]],
    good = "Asks with PINGREQ although it is busy sending, and gives the connection up.",
    bad = "Goes on sending: its timer begins anew with everything that it sends itself.",
    spec = {"MQTT 3.1.1 section 3.1.2.10", "MQTT 3.1.1 section 3.12"},
    expect = "cope",
    rules = {"stay-dead-broker", "stay-comes-back"},
    flaw = "keep-alive-by-own-traffic",
    control = "MQ-19/qos1",
    change = {
        session = {every_ms = 300, qos = 0},
        mqtt = {withhold = {"PINGRESP", "PUBACK"}, messages = null},
    },
    differs = {"session.every_ms", "session.qos", "mqtt.withhold", "mqtt.messages"},
    lasts_ms = 4000,
}
