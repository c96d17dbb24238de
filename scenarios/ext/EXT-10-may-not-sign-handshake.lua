-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "EXT-10/non-repudiation",
    title = "Server key that may sign documents only",
    category = "trust",
    severity = "S2",
    server = [[The keyUsage of the server certificate is nonRepudiation alone: its key may sign
        documents, and no handshake.]],
    why = [[An authority that limits a key means it; the same key in two places is what such
        limits are to prevent.]],
    good = "Sees that digitalSignature is missing, and closes.",
    bad = "Completes the handshake: the board does not look at the keyUsage of servers.",
    spec = {"RFC 8446 section 4.4.2.2", "RFC 5246 section 7.4.2", "RFC 5280 section 4.2.1.3"},
    expect = "refuse",
    alerts = {
        "unsupported_certificate", "bad_certificate", "certificate_unknown", "illegal_parameter"},
    flaw = "ku-unchecked",
    control = "POS-01",
    change = {certs = {leaf = {key_usage = {uses = {"nonRepudiation"}}}}},
    differs = {"certs.leaf.key_usage"},
}

scenario{
    id = "EXT-10/key-agreement",
    title = "Server key for key agreement only",
    category = "trust",
    severity = "S3",
    server = [[The keyUsage of the server certificate is keyAgreement alone, which was right for
        suites with static keys; the server signs with it.]],
    why = [[The key exchange and the signature are different uses, and the server signs in every
        suite that is left.]],
    good = "Sees that digitalSignature is missing, and closes.",
    bad = [[Completes the handshake: any keyUsage that has to do with TLS is good enough for the
        board.]],
    spec = {"RFC 8446 section 4.4.2.2", "RFC 5246 section 7.4.2", "RFC 8422 section 5.3"},
    expect = "refuse",
    alerts = {
        "unsupported_certificate", "bad_certificate", "certificate_unknown", "illegal_parameter"},
    flaw = "ku-unchecked",
    control = "POS-01",
    change = {certs = {leaf = {key_usage = {uses = {"keyAgreement"}}}}},
    differs = {"certs.leaf.key_usage"},
}
