-- SPDX-License-Identifier: Apache-2.0
-- One thing, a fake root, at three places: it exists, it issues, and it is sent.
scenario{
    id = "SIG-12",
    title = "Root with curve parameters made to fit (CVE-2020-0601)",
    category = "trust",
    severity = "S0",
    server = [[The server sends a root with the name and the public key of the trusted one, but
        on a curve whose parameters are written out: its generator is chosen so that the attacker
        knows the private key.]],
    why = [[In January 2020 a whole operating system took such a root for its own: it compared
        the public key and forgot the curve.]],
    good = "Takes only named curves, or its own copy of the root, and closes.",
    bad = "Completes the handshake: the board recognises its root by the public key alone.",
    spec = {"RFC 5480 section 2.1.1", "RFC 8422 section 5.4"},
    expect = "refuse",
    alerts = {
        "unknown_ca", "bad_certificate", "unsupported_certificate", "decrypt_error",
        "illegal_parameter"},
    flaw = "explicit-curve-allowed",
    needs = {key_types = {"ecdsa"}},
    control = "POS-01",
    change = {
        chain = {"leaf", "fake"},
        certs = {
            fake = {recipe = "fake-root", imitate_key = "bench-root"},
            leaf = {issuer = "fake"},
        },
    },
    differs = {"chain", "certs.fake", "certs.leaf.issuer"},
}
