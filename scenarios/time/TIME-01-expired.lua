-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "TIME-01",
    title = "Certificate expired yesterday",
    category = "time",
    severity = "S1",
    server = "The server's certificate was valid until yesterday. Everything else is right.",
    why = [[The end of a certificate is the only limit to a stolen key that works without
        revocation, and boards rarely check revocation.]],
    good = "Compares the date with its clock and closes with certificate_expired.",
    bad = [[Completes the handshake: the board does not look at the dates, or its clock stands at
        a time when the certificate was valid.]],
    spec = {"RFC 5280 section 6.1.3 (a)(2)", "RFC 5280 section 4.1.2.5", "RFC 5246 section 7.2.2"},
    expect = "refuse",
    alerts = {"certificate_expired"},
    flaw = "not-after-unchecked",
    control = "POS-01",
    change = {certs = {leaf = {not_after = "-1d"}}},
    differs = {"certs.leaf.not_after"},
}
