-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SRV-09",
    title = "Right certificate without its key",
    category = "identity",
    severity = "S0",
    server = [[The bench shows a right certificate, which everybody may have, and signs with another
        key.]],
    why = "A certificate is public; that the client has its key is all that it proves.",
    good = "Ends the handshake with decrypt_error.",
    bad = "Answers: it does not verify CertificateVerify.",
    spec = {"RFC 8446 section 4.4.3", "RFC 5246 section 7.4.8"},
    expect = "refuse",
    alerts = {"decrypt_error"},
    control = "SRV-01",
    flaw = "client-proof-unchecked",
    needs = {tls = {"1.2", "1.3"}, client_auth = true},
    change = {certs = {evil = {recipe = "client"}}, tls = {key = "evil"}},
    differs = {"certs.evil", "tls.key"},
}
