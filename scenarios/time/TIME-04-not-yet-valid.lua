-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "TIME-04",
    title = "Certificate not valid before tomorrow",
    category = "time",
    severity = "S2",
    server = "The server's certificate becomes valid tomorrow. Everything else is right.",
    why = [[A certificate out of the future is a mistake or prepared for one; and a board that
        takes it most likely does not look at dates.]],
    good = [[Compares the date with its clock and closes. For TLS such a certificate is
        certificate_expired, too: it is not currently valid.]],
    bad = "Completes the handshake: the board looks at the end of the validity at most.",
    spec = {"RFC 5280 section 6.1.3 (a)(2)", "RFC 5280 section 4.1.2.5", "RFC 5246 section 7.2.2"},
    expect = "refuse",
    alerts = {"certificate_expired", "bad_certificate"},
    flaw = "not-before-unchecked",
    control = "POS-01",
    change = {certs = {leaf = {not_before = "+1d"}}},
    differs = {"certs.leaf.not_before"},
}
