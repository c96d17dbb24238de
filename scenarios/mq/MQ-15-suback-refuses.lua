-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "MQ-15",
    title = "SUBACK refuses",
    category = "mqtt",
    severity = "S2",
    server = "The broker answers SUBSCRIBE with the code 128: no subscription.",
    why = [[Brokers refuse topics by their access lists; a board that does not look has no
        commands from then on, and looks well all the while.]],
    good = "Reports that it is not subscribed, or tries again.",
    bad = "Reports success, or goes on as if it were subscribed.",
    spec = {"MQTT 3.1.1 section 3.9.3"},
    expect = "cope",
    rules = {"stay-suback-read"},
    flaw = "suback-unread",
    control = "MQ-19/qos1",
    change = {mqtt = {suback_code = 128}},
    differs = {"mqtt.suback_code"},
}
