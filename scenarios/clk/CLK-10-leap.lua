-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CLK-10",
    title = "Leap second announced",
    category = "time",
    severity = "S4",
    server = "The SNTP server announces a leap second for the end of the day (leap indicator 1).",
    why = "Leap seconds are announced a month ahead; the time is as right as ever.",
    good = "Connects.",
    bad = "Takes the announcement for an error.",
    spec = {"RFC 4330 section 4", "RFC 5905 section 7.3"},
    expect = "accept",
    flaw = "leap-refused",
    control = "POS-01/sntp",
    reset = true,
    change = {sntp = {leap = 1}},
    differs = {"sntp"},
    needs = {clock = {"serial", "sntp"}},
}
