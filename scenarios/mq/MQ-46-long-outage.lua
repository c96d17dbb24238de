-- SPDX-License-Identifier: Apache-2.0
-- Takes hours (assay run -s @soak); --soak 30m shortens everything in it alike. The watch goes on
-- for longer than an hour after the outage, which is the longest that a board may wait (MQ-11).
-- What AWS IoT Device Advisor calls LONG_SERVER_DISCONNECT.
scenario{
    id = "MQ-46",
    title = "Outage of an hour",
    category = "mqtt",
    severity = "S2",
    server = [[Five minutes after the session began the broker is gone for an hour, and then is
        back.]],
    why = [[Brokers are moved, networks are rebuilt; a board that has given up by then is visited by
        somebody with a car.]],
    good = "Tries on, with waits that stop growing, and is back by itself.",
    bad = "Has stopped to try, or waits for hours.",
    spec = {"RFC 7925 section 6"},
    expect = "cope",
    rules = {"soak-recovers", "stay-backoff-cap", "no-resets"},
    flaw = {"reconnect-gives-up", "reconnect-missing"},
    control = "MQ-21",
    change = {
        session = {keep_alive_s = 30, every_ms = 60000, backoff_ms = 1000},
        outages = {
            ways = {"refuse"},
            up_ms = {300000, 300000},
            down_ms = {3600000, 3600000},
            for_ms = 3900000,
        },
    },
    differs = {
        "outages", "session.backoff_ms", "session.every_ms", "session.keep_alive_s",
    },
    lasts_ms = 7800000,
}
