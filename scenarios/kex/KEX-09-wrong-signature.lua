-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "KEX-09",
    title = "Signature of the key exchange wrong",
    category = "trust",
    severity = "S0",
    server = [[The server of TLS 1.2 signs its key exchange with a key that is not its
        certificate's: the signature does not verify.]],
    why = [[The signature binds the fresh keys to the certificate; unchecked, the keys can be
        anybody's.]],
    good = "Closes with decrypt_error.",
    bad = "Goes on.",
    spec = {"RFC 5246 section 7.4.3", "RFC 8422 section 5.4"},
    expect = "refuse",
    alerts = {"decrypt_error"},
    flaw = "server-key-unchecked",
    control = "POS-01/tls12",
    change = {certs = {stranger = {recipe = "self-signed"}}, tls = {key = "stranger"}},
    differs = {"certs.stranger", "tls.key"},
    needs = {tls = {"1.2"}},
}
