-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CLK-16",
    title = "Time over a reset",
    category = "time",
    severity = "S3",
    server = [[The board knows the time by SNTP and is switched off and on; the SNTP server
        then keeps silent.]],
    why = "After a loss of power the network is often the last thing to come back.",
    good = "Waits for the time, or has kept it; does not crash and does not hang.",
    bad = "Hangs, crashes, or goes on without the time.",
    spec = {"RFC 5280 section 6.1.3 (a)(2)"},
    expect = "cope",
    flaw = "sntp-patience-endless",
    control = "POS-01/sntp",
    steps = {
        {title = "the time by SNTP"},
    },
    reset = true,
    change = {sntp = {silent = true}},
    differs = {"sntp"},
    needs = {clock = {"serial", "sntp"}},
    silent = true,
    deadline_ms = 20000,
}
