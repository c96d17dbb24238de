-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "MQ-14",
    title = "SUBACK never comes",
    category = "mqtt",
    severity = "S2",
    server = "The broker takes the SUBSCRIBE, keeps the connection, and never answers it.",
    why = "A board that takes itself for subscribed waits for commands that nobody sends it.",
    good = "Asks again, or gives the connection up and comes back.",
    bad = "Goes on as if it were subscribed, or waits for ever.",
    spec = {"MQTT 3.1.1 section 3.8.4"},
    expect = "cope",
    rules = {"stay-suback"},
    flaw = "suback-unawaited",
    control = "MQ-19/qos1",
    change = {mqtt = {withhold = {"SUBACK"}}},
    differs = {"mqtt.withhold"},
    lasts_ms = 4000,
}
