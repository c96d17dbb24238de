-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CLK-08/sntp",
    title = "Time after 2038-01-19, by SNTP",
    category = "time",
    severity = "S2",
    server = [[It is February 2038: a signed number of 32 bits cannot hold the seconds since
        1970 any more.]],
    why = "A board that is sold today with such a clock stops working on one day.",
    good = "Connects.",
    bad = "Goes on in 1901, and refuses every certificate; or crashes.",
    spec = {"RFC 5280 section 4.1.2.5"},
    expect = "accept",
    flaw = "clock-32-bit",
    control = "POS-01/sntp",
    reset = true,
    change = {time = "2038-02-01T12:00:00Z"},
    differs = {"time"},
    needs = {clock = {"serial", "sntp"}},
}

scenario{
    id = "CLK-08/serial",
    title = "Time after 2038-01-19, by its own clock",
    category = "time",
    severity = "S2",
    server = [[It is February 2038: a signed number of 32 bits cannot hold the seconds since
        1970 any more.]],
    why = "A board that is sold today with such a clock stops working on one day.",
    good = "Connects.",
    bad = "Goes on in 1901, and refuses every certificate; or crashes.",
    spec = {"RFC 5280 section 4.1.2.5"},
    expect = "accept",
    flaw = "clock-32-bit",
    control = "POS-01",
    reset = true,
    change = {time = "2038-02-01T12:00:00Z"},
    differs = {"time"},
    needs = {clock = {"serial", "sntp"}},
}
