-- SPDX-License-Identifier: Apache-2.0
-- A certificate that is good when zero is taken for a time, and not before.
scenario{
    id = "CLK-06",
    title = "Transmit time stamp of zero",
    category = "time",
    severity = "S2",
    server = [[The SNTP server answers with a transmit time stamp of zero. The broker's certificate
        begins next year and is valid in February of 2036, when the seconds of NTP are zero again.
        Answers from other addresses are not served: the bench has one.]],
    why = "Zero means that there is no time in the packet.",
    good = "Does not use the answer.",
    bad = "Takes it for 2036, and connects.",
    spec = {"RFC 4330 section 5"},
    expect = "refuse",
    alerts = {"certificate_expired", "bad_certificate"},
    flaw = "sntp-zero-taken",
    control = "POS-01/sntp",
    reset = true,
    change = {
        certs = {leaf = {not_before = "+1y", not_after = "2050-01-01T00:00:00Z"}},
        sntp = {transmit_zero = true},
    },
    differs = {"certs.leaf.not_after", "certs.leaf.not_before", "sntp"},
    needs = {clock = {"serial", "sntp"}},
    deadline_ms = 20000,
}
