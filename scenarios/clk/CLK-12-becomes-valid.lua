-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CLK-12",
    title = "Certificate that becomes valid",
    category = "time",
    severity = "S3",
    server = "The broker's certificate is not valid yet for five more minutes; then it is.",
    why = [[A broker's certificate is often renewed minutes before a board looks, and clocks
        differ; a board that keeps the refusal needs a visit.]],
    good = "Refuses at first, and connects as soon as the certificate is valid.",
    bad = "Keeps away until it is reset.",
    spec = {"RFC 5280 section 6.1.3 (a)(2)"},
    expect = "accept",
    flaw = "clock-lost",
    control = "POS-01/sntp",
    steps = {
        {
            title = "the certificate is not valid for five more minutes", expect = "refuse",
            change = {certs = {leaf = {not_before = "+5m"}}},
        },
    },
    needs = {clock = {"serial", "sntp"}},
}
