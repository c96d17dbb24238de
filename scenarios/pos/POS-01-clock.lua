-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "POS-01/sntp",
    title = "Time from the SNTP server",
    category = "time",
    severity = "S2",
    server = [[The board is switched on, asks the bench's SNTP server for the time, and meets a
        good broker.]],
    why = "The control of cases about time that is told over the network.",
    good = "Asks, sets its clock, and connects.",
    bad = "Does not ask, or does not use the answer.",
    spec = {"RFC 4330 section 5", "RFC 5280 section 6.1.3 (a)(2)"},
    expect = "accept",
    flaw = "sntp-epoch-1970",
    control = "POS-01",
    reset = true,
    change = {board_clock = "sntp"},
    differs = {"board_clock"},
    needs = {clock = {"serial", "sntp"}},
}
