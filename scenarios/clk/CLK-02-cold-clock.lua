-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CLK-02/1970",
    title = "Clock at 1970, valid certificate",
    category = "time",
    severity = "S2",
    server = [[The board's clock says the first day of 1970, as after its battery ran out. The
        broker is a good one.]],
    why = "The clock of a board is wrong after every loss of power; it has to find back by itself.",
    good = [[Refuses, because the certificate is not valid yet for it, and connects as soon as
        its clock is right.]],
    bad = "Connects without looking at dates, or stays away after its clock is right.",
    spec = {"RFC 5280 section 6.1.3 (a)(2)"},
    expect = "refuse",
    alerts = {"certificate_expired", "bad_certificate", "certificate_unknown"},
    flaw = {"not-before-unchecked"},
    control = "POS-01",
    change = {board_time = "1970-01-01T00:00:05Z"},
    differs = {"board_time"},
    needs = {clock = {"serial", "sntp"}},
}

scenario{
    id = "CLK-02/2000",
    title = "Clock at 2000, valid certificate",
    category = "time",
    severity = "S2",
    server = [[The board's clock says the first day of 2000, as after its battery ran out. The
        broker is a good one.]],
    why = "The clock of a board is wrong after every loss of power; it has to find back by itself.",
    good = [[Refuses, because the certificate is not valid yet for it, and connects as soon as
        its clock is right.]],
    bad = "Connects without looking at dates, or stays away after its clock is right.",
    spec = {"RFC 5280 section 6.1.3 (a)(2)"},
    expect = "refuse",
    alerts = {"certificate_expired", "bad_certificate", "certificate_unknown"},
    flaw = {"not-before-unchecked"},
    control = "POS-01",
    change = {board_time = "2000-01-01T00:00:05Z"},
    differs = {"board_time"},
    needs = {clock = {"serial", "sntp"}},
}
