-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "MQ-11",
    title = "Back-off begins anew",
    category = "mqtt",
    severity = "S3",
    server = [[The broker closes three connections, then serves the board for some seconds, and
        closes once more.]],
    why = [[Waits that only ever grow turn a board that had a bad day into one that is away for
        an hour after each hiccup.]],
    good = "Begins with short waits again once a session has held.",
    bad = "Waits on from where it was.",
    spec = {"RFC 7925 section 6"},
    expect = "cope",
    rules = {"stay-comes-back", "stay-backoff-resets"},
    flaw = "backoff-kept",
    control = "MQ-21",
    change = {
        mqtt = {faults = {"disconnect CONNECT count=3", "disconnect PINGREQ after=2 count=1"}},
    },
    differs = {"mqtt"},
    lasts_ms = 7000,
}

-- A board that is told how long to wait begins with a thousandth of a second, so that what would be
-- an hour takes 3.6 seconds; with another one, @soak watches for as long as it takes.
scenario{
    id = "MQ-11/cap",
    title = "Back-off has a limit",
    category = "mqtt",
    severity = "S3",
    server = "The broker resets every connection at once.",
    why = [[Waits that double for ever keep a board away for days after its broker is back; waits
        that never become long keep its broker down.]],
    good = "Its waits stop growing, at 30 seconds at least and at an hour at most.",
    bad = "Waits longer than an hour, or never longer than some seconds.",
    spec = {"RFC 7925 section 6"},
    expect = "cope",
    rules = {"stay-backoff-cap"},
    flaw = "backoff-uncapped",
    control = "MQ-21",
    change = {
        session = {backoff_ms = 1},
        net = {accept = "reset"},
    },
    differs = {"net", "session.backoff_ms"},
    needs = {driver = {"virtual", "emulated"}},
    lasts_ms = 11500,
}
