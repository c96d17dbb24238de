-- SPDX-License-Identifier: Apache-2.0
-- The false time and the certificate that it makes valid again.
scenario{
    id = "CLK-04",
    title = "Time set back ten years, expired certificate",
    category = "time",
    severity = "S1",
    server = [[The board knows the time; then the SNTP server tells a time ten years back, when
        the certificate that the broker shows was still valid.]],
    why = [[SNTP is not authenticated: whoever holds a stolen certificate that has ended sets
        the clock back to when it had not.]],
    good = "Does not believe a time before what it knew already, and does not connect.",
    bad = "Sets its clock back and connects.",
    spec = {"RFC 5280 section 6.1.3 (a)(2)", "RFC 8915 section 1"},
    expect = "refuse",
    alerts = {"certificate_expired"},
    flaw = "clock-floor-missing",
    control = "POS-01/sntp",
    change = {
        certs = {leaf = {not_before = "-12y", not_after = "-9y"}},
        sntp = {offset = "-10y"},
    },
    differs = {"certs.leaf.not_after", "certs.leaf.not_before", "sntp"},
    needs = {clock = {"serial", "sntp"}},
}
