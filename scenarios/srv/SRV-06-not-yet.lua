-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SRV-06",
    title = "Certificate that is not valid yet",
    category = "identity",
    severity = "S1",
    server = [[The bench comes with a certificate that is valid from tomorrow on.]],
    why = "A board that looks at one end of the validity only looks at neither in the end.",
    good = "Ends the handshake.",
    bad = "Answers: it does not look at the dates, or its clock is wrong.",
    spec = {"RFC 5280 section 6.1.3 (a)(2)"},
    expect = "refuse",
    alerts = {"bad_certificate", "certificate_expired", "certificate_unknown"},
    control = "SRV-01",
    flaw = "client-dates-unchecked",
    needs = {tls = {"1.2", "1.3"}, client_auth = true},
    change = {certs = {leaf = {not_before = "+1d"}}},
    differs = {"certs.leaf.not_before"},
}
