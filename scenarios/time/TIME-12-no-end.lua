-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "TIME-12",
    title = "Certificate without a well-defined end",
    category = "time",
    severity = "S3",
    server = [[The certificate ends on 31 December 9999, one second before midnight: this is how
        the rule writes that there is no end.]],
    why = [[Device identities after IEEE 802.1AR, and the private authorities that issue them,
        use this date.]],
    good = "Knows the date or can compute with it, and delivers its message.",
    bad = "Refuses: the date overflows, or the board has a limit for years.",
    spec = {"RFC 5280 section 4.1.2.5", "IEEE 802.1AR section 8.7"},
    expect = "accept",
    flaw = "far-date-refused",
    control = "POS-01",
    change = {certs = {leaf = {not_after = "9999-12-31T23:59:59Z"}}},
    differs = {"certs.leaf.not_after"},
}
