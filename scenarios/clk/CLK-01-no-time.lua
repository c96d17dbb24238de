-- SPDX-License-Identifier: Apache-2.0
-- The certificate's end is what tells a board that looks from one that does not.
scenario{
    id = "CLK-01/silent",
    title = "No answer about the time, expired certificate",
    category = "time",
    severity = "S1",
    server = [[The board is switched on, the SNTP server keeps silent, and the broker's
        certificate ended nine years ago.]],
    why = [[A board without the time cannot look at dates; one that goes on all the same takes
        every certificate that was ever stolen, whenever an attacker drops its time packets.]],
    good = "Waits for the time, and does not connect before.",
    bad = "Connects without looking at dates.",
    spec = {"RFC 5280 section 6.1.3 (a)(2)"},
    expect = "refuse",
    alerts = {"certificate_expired"},
    flaw = "dates-unchecked-without-clock",
    control = "POS-01/sntp",
    reset = true,
    change = {
        certs = {leaf = {not_before = "-12y", not_after = "-9y"}},
        sntp = {silent = true},
    },
    differs = {"certs.leaf.not_after", "certs.leaf.not_before", "sntp"},
    silent = true,
    deadline_ms = 20000,
}

-- The certificate's end is what tells a board that looks from one that does not.
scenario{
    id = "CLK-01/none",
    title = "No clock at all, expired certificate",
    category = "time",
    severity = "S1",
    server = [[The board has no clock and no way to ask: it begins at 1970. The broker's
        certificate ended nine years ago.]],
    why = [[Boards without a clock are sold; what they do about dates decides whether a stolen
        certificate works for ever.]],
    good = "Refuses: in 1970 no certificate was valid yet. It needs a source of time.",
    bad = "Connects: without a clock it looks at no dates.",
    spec = {"RFC 5280 section 6.1.3 (a)(2)"},
    expect = "refuse",
    alerts = {"certificate_expired", "bad_certificate"},
    flaw = "dates-unchecked",
    control = "POS-01",
    change = {board_clock = "none", certs = {leaf = {not_before = "-12y", not_after = "-9y"}}},
    differs = {"board_clock", "certs.leaf.not_after", "certs.leaf.not_before"},
    needs = {clock = {"serial", "sntp"}},
}
