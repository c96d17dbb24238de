-- SPDX-License-Identifier: Apache-2.0
-- One thing, a session that is lost, at two places: the connection ends, and nothing is kept.
scenario{
    id = "MQ-26",
    title = "Session lost",
    category = "mqtt",
    severity = "S2",
    server = [[The broker closes the connection at a PINGREQ and forgets the session; CONNACK says
        so when the board is back.]],
    why = [[Brokers forget sessions when they expire, are restarted or are moved; who relies on
        them without looking gets no commands for ever.]],
    good = "Sees that there is no session, and subscribes again.",
    bad = "Stays connected and deaf.",
    spec = {"MQTT 3.1.1 section 3.2.2.2"},
    expect = "cope",
    rules = {"stay-comes-back", "stay-subscribed"},
    flaw = "resubscribe-missing",
    control = "MQ-21",
    change = {mqtt = {faults = {"disconnect PINGREQ count=1"}, keep_sessions = false}},
    differs = {"mqtt"},
    lasts_ms = 3000,
}
