-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CLK-07",
    title = "Time after 2036-02-07",
    category = "time",
    severity = "S3",
    server = "It is March 2036: the seconds of NTP have begun anew in February.",
    why = [[Boards that are sold today will be there; those that take the new era for 1900 stop
        working on one day.]],
    good = "Connects.",
    bad = "Takes the time for 1900, and refuses every certificate.",
    spec = {"RFC 4330 section 3", "RFC 5905 section 6"},
    expect = "accept",
    flaw = "clock-era-wraps",
    control = "POS-01/sntp",
    reset = true,
    change = {time = "2036-03-01T12:00:00Z"},
    differs = {"time"},
    needs = {clock = {"serial", "sntp"}},
}
