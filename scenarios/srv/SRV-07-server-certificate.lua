-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SRV-07",
    title = "Certificate of a server",
    category = "identity",
    severity = "S1",
    server = [[The bench comes with a certificate of the right CA that is for servers only
        (serverAuth).]],
    why = "Whoever takes the key of any server of the same CA could come as a client.",
    good = "Ends the handshake with unsupported_certificate.",
    bad = "Answers: it does not look at what the certificate is for.",
    spec = {"RFC 5280 section 4.2.1.12"},
    expect = "refuse",
    alerts = {"unsupported_certificate", "bad_certificate", "certificate_unknown"},
    control = "SRV-01",
    flaw = "client-usage-unchecked",
    needs = {tls = {"1.2", "1.3"}, client_auth = true},
    change = {certs = {leaf = {extended_key_usage = {uses = {"serverAuth"}}}}},
    differs = {"certs.leaf.extended_key_usage"},
}
