-- SPDX-License-Identifier: Apache-2.0
-- One thing, a root with another key, at three places: it exists, it issues, and it is sent.
scenario{
    id = "PATH-05",
    title = "Certificate of a fake root with the name of the trusted one",
    category = "trust",
    severity = "S0",
    server = [[The server sends its certificate and the root that issued it. That root has the
        subject and the key identifier of the one that the board trusts, but another key.]],
    why = "A name in a certificate costs nothing; only the key of the root proves anything.",
    good = "Verifies the signature with the key of its own root, fails, and closes.",
    bad = [[Completes the handshake: the board finds its root by name only, and then believes the
        key that the server sent along.]],
    spec = {"RFC 5280 section 6.1.3 (a)(1)", "RFC 5246 section 7.2.2", "RFC 8446 section 6.2"},
    expect = "refuse",
    alerts = {"unknown_ca", "bad_certificate", "decrypt_error"},
    flaw = "anchor-by-name",
    control = "POS-01",
    change = {
        chain = {"leaf", "fake"},
        certs = {
            fake = {recipe = "fake-root"},
            leaf = {issuer = "fake"},
        },
    },
    differs = {"chain", "certs.fake", "certs.leaf.issuer"},
}
