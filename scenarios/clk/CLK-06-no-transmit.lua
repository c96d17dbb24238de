-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CLK-06",
    title = "Transmit time stamp of zero",
    category = "time",
    severity = "S2",
    server = [[The SNTP server answers with a transmit time stamp of zero. Answers from other
        addresses are not served: the bench has one.]],
    why = "Zero means that there is no time in the packet.",
    good = "Does not use the answer.",
    bad = "Takes it for 1900, or for 2036.",
    spec = {"RFC 4330 section 5"},
    expect = "refuse",
    alerts = {"certificate_expired"},
    control = "POS-01/sntp",
    reset = true,
    change = {sntp = {transmit_zero = true}},
    differs = {"sntp"},
    needs = {clock = {"serial", "sntp"}},
    deadline_ms = 20000,
}
