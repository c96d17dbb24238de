-- SPDX-License-Identifier: Apache-2.0
-- What AWS IoT Device Advisor calls INTERMITTENT_CONNECTIVITY.
-- Takes an hour (assay run -s @soak); --soak 5m shortens everything in it alike, --seed draws
-- other times.
scenario{
    id = "MQ-47",
    title = "An hour of random disconnects",
    category = "mqtt",
    severity = "S2",
    server = [[The broker ends the session at times that are drawn by chance, and refuses everybody
        for up to two minutes after some of them.]],
    why = [[Mobile networks are like this all day; what is lost with each connection, a socket or
        some memory, ends a board after a week.]],
    good = "Comes back each time, as fast as before, and closes what it has lost.",
    bad = "Stops to come back, comes back slower and slower, or keeps dead connections.",
    spec = {"RFC 7925 section 6"},
    expect = "cope",
    rules = {"soak-recovers", "soak-no-leak", "no-resets"},
    flaw = {"reconnect-leaks", "reconnect-missing"},
    control = "MQ-21",
    change = {
        session = {keep_alive_s = 30, every_ms = 20000, backoff_ms = 1000},
        net = {linger_ms = 86400000},
        outages = {
            ways = {"drop", "drop", "refuse"},
            up_ms = {10000, 180000},
            down_ms = {1000, 120000},
            for_ms = 2400000,
        },
    },
    differs = {
        "net", "outages", "session.backoff_ms", "session.every_ms", "session.keep_alive_s",
    },
    lasts_ms = 3600000,
}

scenario{
    id = "MQ-47/silent",
    title = "An hour of connections that die without a word",
    category = "mqtt",
    severity = "S2",
    server = [[Every few minutes nothing of what the broker says arrives any more, for some minutes;
        connections from before and from then stay dead.]],
    why = [[A router that forgets a connection tells nobody; only the keep alive finds out, each
        time.]],
    good = "Gives each dead connection up by its keep alive, closes it, and comes back.",
    bad = "Believes in a dead connection for ever, or leaves it open behind it.",
    spec = {"MQTT 3.1.1 section 3.1.2.10", "RFC 7925 section 6"},
    expect = "cope",
    rules = {"soak-recovers", "no-resets"},
    flaw = "pingresp-unawaited",
    control = "MQ-21",
    change = {
        session = {keep_alive_s = 30, backoff_ms = 1000},
        outages = {
            ways = {"silent"},
            up_ms = {180000, 360000},
            down_ms = {60000, 240000},
            for_ms = 1800000,
        },
    },
    differs = {"outages", "session.backoff_ms", "session.keep_alive_s"},
    silent = true,
    lasts_ms = 3600000,
}
