-- SPDX-License-Identifier: Apache-2.0
-- One thing, a lost connection, at two places: the broker closes it, and has something to say
-- while the board is away.
scenario{
    id = "MQ-25",
    title = "Session resumed",
    category = "mqtt",
    severity = "S3",
    server = [[The broker closes the connection at a PINGREQ and keeps the session; a command of
        QoS 1 arrives while the board is away.]],
    why = "What is sent to a board that was away for a second is what a session is kept for.",
    good = "Comes back with its session, and acknowledges the command that waited.",
    bad = "Does not come back, or does not acknowledge what waited.",
    spec = {"MQTT 3.1.1 section 3.1.2.4", "MQTT 3.1.1 section 4.1"},
    expect = "cope",
    rules = {"stay-comes-back", "stay-subscribed", "stay-acknowledges"},
    flaw = {"reconnect-missing", "puback-missing"},
    control = "MQ-21",
    change = {
        mqtt = {
            faults = {"disconnect PINGREQ count=1"},
            messages = {"publish PINGREQ count=1 by=50 qos=1 payload=command-2"},
        },
    },
    differs = {"mqtt"},
    lasts_ms = 3000,
}
