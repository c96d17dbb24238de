-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SIG-01",
    title = "One bit of the signature is wrong",
    category = "trust",
    severity = "S0",
    server = [[The server sends a certificate of the trusted root with one bit of its signature
        inverted.]],
    why = [[A signature that nobody verifies protects nothing: the whole certificate could be made
        up.]],
    good = "Notices that the signature is wrong, and closes.",
    bad = [[Completes the handshake: the board never verifies the signature of the certificate, or
        ignores the result.]],
    spec = {"RFC 5280 section 6.1.3 (a)(1)", "RFC 5246 section 7.2.2", "RFC 8446 section 6.2"},
    expect = "refuse",
    alerts = {"bad_certificate", "decrypt_error"},
    flaw = "leaf-signature-unchecked",
    control = "POS-01",
    change = {certs = {leaf = {flip_signature_bit = 0}}},
    differs = {"certs.leaf.flip_signature_bit"},
}
