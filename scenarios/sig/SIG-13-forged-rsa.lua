-- SPDX-License-Identifier: Apache-2.0
-- One thing, a forgery, at two places: it takes a key with the exponent 3.
scenario{
    id = "SIG-13",
    title = "RSA signature forged for the exponent 3",
    category = "trust",
    severity = "S0",
    server = [[The intermediate has an RSA key with the exponent 3. Nobody has signed the
        certificate with it: the signature is the cube root of a number that begins like a right
        one and ends with whatever it takes.]],
    why = [[Bleichenbacher showed it in 2006, and libraries that do not look at what follows the
        hash appear again and again.]],
    good = "Compares the whole padding, to the last byte, and closes.",
    bad = [[Completes the handshake: anybody can forge certificates of every authority with the
        exponent 3.]],
    spec = {"RFC 8017 section 8.2.2", "RFC 5280 section 6.1.3 (a)(1)"},
    expect = "refuse",
    alerts = {"bad_certificate", "decrypt_error"},
    flaw = "leaf-signature-unchecked",
    control = "POS-02/intermediate",
    change = {certs = {intermediate = {key = "rsa2048-e3"}, leaf = {forge = "rsa-e3"}}},
    differs = {"certs.intermediate.key", "certs.leaf.forge"},
}
