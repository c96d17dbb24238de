-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SRV-04",
    title = "Self-signed certificate",
    category = "identity",
    severity = "S0",
    server = [[The bench comes with a certificate that it has issued itself.]],
    why = "It says nothing of who comes.",
    good = "Ends the handshake.",
    bad = "Answers: it asks for a certificate and takes any.",
    spec = {"RFC 5280 section 6.1"},
    expect = "refuse",
    alerts = {"unknown_ca", "bad_certificate", "certificate_unknown"},
    control = "SRV-01",
    flaw = "client-chain-unchecked",
    needs = {tls = {"1.2", "1.3"}, client_auth = true},
    change = {certs = {leaf = {issuer = "self"}}},
    differs = {"certs.leaf.issuer"},
}
