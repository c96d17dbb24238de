-- SPDX-License-Identifier: Apache-2.0
-- Takes a day (assay run -s @soak); --soak 1h shortens everything in it alike. Some 5 % of the time
-- the wrong server answers.
scenario{
    id = "LONG-05",
    title = "A day with bad servers in between",
    category = "robustness",
    severity = "S2",
    server = [[Every three quarters of an hour the connection is lost, and for some minutes a server
        with a certificate of an unknown root answers in place of the broker.]],
    why = [[What a board checks at its first connection it has to check at its thousandth; and
        handshakes that fail are where memory is lost.]],
    good = "Refuses the wrong server each time, comes back to the right one, and stays as it is.",
    bad = "Takes the wrong server once, resets itself, or stops to come back.",
    spec = {"RFC 5280 section 6.1"},
    expect = "cope",
    rules = {"soak-refuses", "soak-recovers", "soak-no-leak", "no-resets"},
    flaw = {"reconnect-unchecked", "reconnect-leaks"},
    control = "MQ-21",
    change = {
        session = {keep_alive_s = 60, every_ms = 300000, backoff_ms = 1000},
        net = {linger_ms = 86400000},
        outages = {
            ways = {"bad-certificate"},
            up_ms = {1800000, 3600000},
            down_ms = {120000, 240000},
            for_ms = 79200000,
        },
    },
    differs = {
        "net", "outages", "session.backoff_ms", "session.every_ms", "session.keep_alive_s",
    },
    lasts_ms = 86400000,
}
