-- SPDX-License-Identifier: Apache-2.0
-- One thing, the algorithm, at both places that name it: SIG-04 is about two different ones.
scenario{
    id = "SIG-05",
    title = "Signature algorithm that nobody knows",
    category = "trust",
    severity = "S1",
    server = [[The certificate says twice that it is signed with an algorithm that does not exist
        (OID 2.999.2).]],
    why = "An algorithm without code behind it must not end in the branch for \"no error\".",
    good = "Cannot verify the signature, and closes.",
    bad = "Completes the handshake, or crashes: a missing algorithm counts as a good signature.",
    spec = {"RFC 5280 section 6.1.3 (a)(1)", "RFC 5280 section 4.1.1.2"},
    expect = "refuse",
    alerts = {
        "bad_certificate", "decrypt_error", "unsupported_certificate", "certificate_unknown",
        "unknown_ca"},
    flaw = "leaf-signature-unchecked",
    control = "POS-01",
    change = {certs = {leaf = {tbs_algorithm = "2.999.2", outer_algorithm = "2.999.2"}}},
    differs = {"certs.leaf.tbs_algorithm", "certs.leaf.outer_algorithm"},
}
