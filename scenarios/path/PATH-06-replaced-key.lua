-- SPDX-License-Identifier: Apache-2.0
-- One thing, the key in the certificate, at two places: the attacker's key comes from a
-- certificate of its own, which is never sent.
scenario{
    id = "PATH-06",
    title = "Trusted certificate with its public key replaced",
    category = "trust",
    severity = "S0",
    server = [[The server sends a certificate that the trusted root has issued, byte for byte but
        for the public key: that is the attacker's. The old signature is still there.]],
    why = "Good certificates are public; whoever may change one without notice may be any server.",
    good = "Notices that the signature does not fit the certificate, and closes.",
    bad = [[Completes the handshake: the board compares names and issuers and never verifies the
        signature.]],
    spec = {"RFC 5280 section 6.1.3 (a)(1)", "RFC 5246 section 7.2.2", "RFC 8446 section 6.2"},
    expect = "refuse",
    alerts = {"bad_certificate", "decrypt_error"},
    flaw = "leaf-signature-unchecked",
    control = "POS-01",
    change = {
        certs = {
            attacker = {recipe = "leaf"},
            leaf = {public_key_from = "attacker"},
        },
    },
    differs = {"certs.attacker", "certs.leaf.public_key_from"},
}
