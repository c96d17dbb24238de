-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "MQ-27",
    title = "Retained command",
    category = "mqtt",
    severity = "S3",
    server = [[A command was published with RETAIN before the board subscribed; the broker sends it
        with RETAIN set, and then a fresh one.]],
    why = [[A retained message comes with each subscription, for months; a door that opens by
        one opens each time the board is switched on.]],
    good = [[Leaves the retained message alone, or takes it as a state, and carries the fresh one
        out.]],
    bad = "Carries out what is long past.",
    spec = {"MQTT 3.1.1 section 3.3.1.3"},
    expect = "cope",
    rules = {"stay-retained", "stay-acknowledges"},
    flaw = "retained-command",
    control = "MQ-19/qos1",
    change = {
        mqtt = {
            messages = {
                "publish SUBSCRIBE qos=1 retain=1 payload=old-command",
                "publish SUBACK qos=1 payload=command-1",
            },
        },
    },
    differs = {"mqtt.messages"},
}
