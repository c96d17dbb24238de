-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "EXT-13",
    title = "Certificate for signing code, marked critical",
    category = "trust",
    severity = "S1",
    server = [[The extended key usage of the certificate allows signing code and nothing else,
        and it is critical. The name is right.]],
    why = [[The key that signs firmware and the one that answers on the net must not stand in for
        each other.]],
    good = "Sees that the certificate is not for servers, and closes.",
    bad = [[Completes the handshake: the board does not look at extendedKeyUsage, not even where
        it is critical.]],
    spec = {"RFC 5280 section 4.2.1.12"},
    expect = "refuse",
    alerts = {"unsupported_certificate", "bad_certificate", "certificate_unknown"},
    flaw = "eku-unchecked",
    control = "POS-01",
    change = {certs = {leaf = {extended_key_usage = {uses = {"codeSigning"}, critical = true}}}},
    differs = {"certs.leaf.extended_key_usage"},
}
