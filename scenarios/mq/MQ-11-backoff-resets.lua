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
