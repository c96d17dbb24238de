-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SIG-04",
    title = "Two names for the signature's algorithm",
    category = "trust",
    severity = "S2",
    server = [[The signed part of the certificate says that it is signed with SHA-384; the field
        beside the signature says SHA-256, which is true.]],
    why = [[The field outside is not signed: whoever believes it alone lets an attacker choose
        the algorithm.]],
    good = "Compares the two fields, finds them different, and closes.",
    bad = "Completes the handshake: the board reads only one of the two.",
    spec = {"RFC 5280 section 4.1.1.2", "RFC 5280 section 4.1.2.3"},
    expect = "refuse",
    alerts = {"bad_certificate", "decrypt_error", "unsupported_certificate", "certificate_unknown"},
    flaw = "leaf-signature-unchecked",
    control = "POS-02",
    change = {certs = {leaf = {tbs_algorithm = "rsa-sha384"}}},
    differs = {"certs.leaf.tbs_algorithm"},
}
