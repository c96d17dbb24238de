-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SRV-03",
    title = "Certificate of a CA that nobody trusts",
    category = "identity",
    severity = "S0",
    server = [[The bench comes with a certificate that another CA has issued.]],
    why = "Anybody can make a CA; only that of the board's owner says who may come.",
    good = "Ends the handshake with unknown_ca.",
    bad = "Answers: it asks for a certificate and takes any.",
    spec = {"RFC 5280 section 6.1", "RFC 8446 section 4.4.2.4"},
    expect = "refuse",
    alerts = {"unknown_ca", "bad_certificate", "certificate_unknown"},
    control = "SRV-01",
    flaw = "client-chain-unchecked",
    needs = {tls = {"1.2", "1.3"}, client_auth = true},
    change = {certs = {leaf = {issuer = "other"}, other = {recipe = "other-root"}}},
    differs = {"certs.leaf.issuer", "certs.other"},
}
