-- SPDX-License-Identifier: Apache-2.0
-- One thing, a validity that holds no moment, at both its ends.
scenario{
    id = "TIME-16",
    title = "Certificate that ends before it begins",
    category = "time",
    severity = "S2",
    server = [[The certificate ends tomorrow and begins the day after: there is no moment at
        which it is valid.]],
    why = "A board that compares with the end only finds nothing wrong with it.",
    good = "Compares with both ends, finds that it is not valid now, and closes.",
    bad = "Completes the handshake: the board looks at the end only.",
    spec = {"RFC 5280 section 4.1.2.5", "RFC 5280 section 6.1.3 (a)(2)"},
    expect = "refuse",
    alerts = {"certificate_expired", "bad_certificate"},
    flaw = "not-before-unchecked",
    control = "POS-01",
    change = {certs = {leaf = {not_before = "+2d", not_after = "+1d"}}},
    differs = {"certs.leaf.not_before", "certs.leaf.not_after"},
}
