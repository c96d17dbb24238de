-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "TIME-05",
    title = "Certificate valid in five minutes",
    category = "time",
    severity = "S3",
    server = [[The server's certificate begins in five minutes: its issuer's clock, or the
        board's, is a little off.]],
    why = [[It happens after each renewal; the board may refuse, and must connect once the
        certificate is valid.]],
    good = "Refuses until the certificate is valid; that it then connects is CLK-12.",
    bad = "Connects: begins are not looked at, or only by the day.",
    spec = {"RFC 5280 section 4.1.2.5"},
    expect = "refuse",
    alerts = {"bad_certificate", "certificate_expired", "certificate_unknown"},
    flaw = {"not-before-unchecked", "dates-by-day"},
    control = "POS-01",
    change = {certs = {leaf = {not_before = "+5m"}}},
    differs = {"certs.leaf.not_before"},
}
