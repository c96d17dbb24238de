-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SRV-05",
    title = "Certificate that has expired",
    category = "identity",
    severity = "S1",
    server = [[The bench comes with a certificate that was valid until yesterday.]],
    why = [[The end of a certificate is the only limit to a stolen key that works without
        revocation.]],
    good = "Ends the handshake with certificate_expired.",
    bad = "Answers: it does not look at the dates, or its clock is wrong.",
    spec = {"RFC 5280 section 6.1.3 (a)(2)"},
    expect = "refuse",
    alerts = {"certificate_expired"},
    control = "SRV-01",
    flaw = "client-dates-unchecked",
    needs = {tls = {"1.2", "1.3"}, client_auth = true},
    change = {certs = {leaf = {not_after = "-1d"}}},
    differs = {"certs.leaf.not_after"},
}
