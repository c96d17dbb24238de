-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SRV-08",
    title = "Certificate that a stranger has signed",
    category = "identity",
    severity = "S0",
    server = [[The bench comes with a certificate that names the right CA and is signed with another
        key.]],
    why = "Names can be copied; only the signature shows who issued a certificate.",
    good = "Ends the handshake.",
    bad = "Answers: it compares names and not signatures.",
    spec = {"RFC 5280 section 6.1.3 (a)(1)"},
    expect = "refuse",
    alerts = {"decrypt_error", "unknown_ca", "bad_certificate", "certificate_unknown"},
    control = "SRV-01",
    flaw = "client-chain-unchecked",
    needs = {tls = {"1.2", "1.3"}, client_auth = true},
    change = {certs = {leaf = {sign_key = "evil"}, evil = {recipe = "client"}}},
    differs = {"certs.evil", "certs.leaf.sign_key"},
}
