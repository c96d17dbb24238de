-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "MQ-36",
    title = "A thousand messages at once",
    category = "mqtt",
    severity = "S3",
    server = [[Behind the CONNACK come a thousand messages of QoS 0 for a topic that the board
        has not subscribed to.]],
    why = [[Whoever may publish can send more than a small board has room for; a broker that
        is taken over sends what nobody has asked for.]],
    good = [[Takes them or leaves them, and connects to the next good server as if nothing
        had been.]],
    bad = "Crashes, or never works again.",
    spec = {"MQTT 3.1.1 section 4.2"},
    expect = "cope",
    rules = {"no-resets"},
    flaw = "unasked-message-crash",
    control = "POS-01",
    change = {mqtt = {faults = {"flood CONNACK by=1000 topic=bench/flood"}}},
    differs = {"mqtt"},
    deadline_ms = 20000,
}
