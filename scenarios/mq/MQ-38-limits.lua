-- SPDX-License-Identifier: Apache-2.0
-- Of each of these one thing differs, a limit; what else differs makes the board come near it.
local function limit(slug, title, server, bad, change, differs, rule, flaw, lasts_ms)
    scenario{
        id = "MQ-38/" .. slug,
        title = title,
        category = "mqtt",
        severity = "S3",
        server = server,
        why = "A broker that says what it can take closes the connection of who does not listen.",
        good = "Keeps to the limit.",
        bad = bad,
        spec = {"MQTT 5.0 section 3.2.2.3"},
        expect = "cope",
        rules = {rule},
        flaw = flaw,
        control = "MQ-19/v5",
        change = change,
        differs = differs,
        needs = {mqtt = {"5.0"}},
        lasts_ms = lasts_ms,
    }
end

limit("keep-alive", "Keep alive that CONNACK sets",
    [[CONNACK of MQTT 5.0 sets the keep alive to one second, where the board had asked for ten.]],
    "Is silent for longer, as it had planned.",
    {session = {keep_alive_s = 10}, mqtt = {server_keep_alive = 1}},
    {"session.keep_alive_s", "mqtt.server_keep_alive"},
    "stay-pings", "server-keep-alive-ignored", 2500)

limit("receive-maximum", "Number of messages that CONNACK allows",
    [[CONNACK of MQTT 5.0 allows one message of QoS 1 under way, and PUBACK takes its time; the
        board has a message every 100 ms.]],
    "Sends the next one before the one before it is acknowledged.",
    {session = {every_ms = 100}, mqtt = {receive_maximum = 1, faults = {"delay PUBACK by=400"}}},
    {"session.every_ms", "mqtt.receive_maximum", "mqtt.faults"},
    "stay-limits", "receive-maximum-ignored", 2000)

limit("maximum-packet", "Size of packets that CONNACK allows",
    [[CONNACK of MQTT 5.0 allows packets of 90 bytes, and a command has a long answer.]],
    "Sends the long answer.",
    {mqtt = {max_packet = 90, messages = {"publish SUBACK qos=1 payload=command-1 bytes=60"}},
        session = {every_ms = 300}},
    {"mqtt.max_packet", "mqtt.messages", "session.every_ms"},
    "stay-limits", "maximum-packet-ignored", 1500)
