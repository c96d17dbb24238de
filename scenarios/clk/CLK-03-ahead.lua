-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CLK-03",
    title = "Time ten years ahead",
    category = "time",
    severity = "S2",
    server = [[The board knows the time; then the SNTP server tells a time ten years ahead. The
        broker's certificate, good today, has ended by then.]],
    why = [[Who can answer time packets can end every certificate; a board must recover, and
        must not have looked at dates once only.]],
    good = [[Refuses with certificate_expired, or does not believe the time, and connects again
        when the time is right.]],
    bad = "Connects: it asked for the time once and keeps it, or looks at no dates.",
    spec = {"RFC 5280 section 6.1.3 (a)(2)", "RFC 8915 section 1"},
    expect = "refuse",
    alerts = {"certificate_expired"},
    flaw = {"dates-unchecked", "clock-cached"},
    control = "POS-01/sntp",
    steps = {
        {title = "the right time", reset = true},
    },
    change = {sntp = {offset = "+10y"}},
    differs = {"sntp"},
    needs = {clock = {"serial", "sntp"}},
}
