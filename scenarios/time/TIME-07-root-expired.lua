-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "TIME-07",
    title = "Trusted root that has expired",
    category = "robustness",
    severity = "S3",
    server = [[It is the year 2100 for everybody: the trusted root ended with 2099, the
        certificate below it is valid.]],
    why = [[Boards live longer than roots. The dates of a trust anchor are no part of the rules
        for a path, so that both answers are right, and a firm should know which it is.]],
    good = "Accepts, or closes with certificate_expired, as its manual says.",
    bad = "Crashes or hangs.",
    spec = {"RFC 5280 section 6.1.1 (d)", "RFC 5280 section 6.1.3 (a)(2)"},
    expect = "cope",
    flaw = "odd-certificate-crash",
    control = "POS-01",
    change = {time = "2100-06-01T00:00:00Z"},
    differs = {"time"},
}
