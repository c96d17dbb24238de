-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "TIME-13",
    title = "Four-digit year before 2050",
    category = "interoperability",
    severity = "S4",
    server = [[The dates of the certificate are written with four-digit years, although years up
        to 2049 have to be written with two.]],
    why = [[It is a mistake of the authority, not of the date; applications have to be able to
        process both forms.]],
    good = "Reads the date as it stands and delivers its message.",
    bad = "Refuses, or reads the first two digits as the year.",
    spec = {"RFC 5280 section 4.1.2.5"},
    expect = "accept",
    flaw = "generalizedtime-refused",
    control = "POS-01",
    change = {certs = {leaf = {time_form = "generalizedtime"}}},
    differs = {"certs.leaf.time_form"},
}
