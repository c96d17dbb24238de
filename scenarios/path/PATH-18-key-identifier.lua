-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "PATH-18",
    title = "Key identifier that is not the issuer's",
    category = "robustness",
    severity = "S4",
    server = [[The authority key identifier of the certificate is not the key identifier of the
        intermediate; names and signature are right.]],
    why = [[The identifier helps to find the issuer, and the rules for a path do not use it: both
        answers are right, and worth knowing.]],
    good = "Accepts, or refuses with unknown_ca, and is ready for the next connection.",
    bad = "Crashes or hangs.",
    spec = {"RFC 5280 section 4.2.1.1", "RFC 5280 section 6.1"},
    expect = "cope",
    flaw = "odd-certificate-crash",
    control = "POS-03",
    change = {certs = {leaf = {authority_key_id = "00112233445566778899aabbccddeeff00112233"}}},
    differs = {"certs.leaf.authority_key_id"},
}
