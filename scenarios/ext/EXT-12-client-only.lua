-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "EXT-12",
    title = "Certificate that is for clients only",
    category = "trust",
    severity = "S1",
    server = [[The certificate has the right name, but its extendedKeyUsage allows client
        authentication and nothing else.]],
    why = [[Authorities give client certificates away more easily than those of servers, often to
        every device that asks.]],
    good = "Sees that the certificate is not for servers, and closes.",
    bad = "Completes the handshake: the board does not look at extendedKeyUsage.",
    spec = {"RFC 5280 section 4.2.1.12"},
    expect = "refuse",
    alerts = {"unsupported_certificate", "bad_certificate", "certificate_unknown"},
    flaw = "eku-unchecked",
    control = "POS-01",
    change = {certs = {leaf = {extended_key_usage = {uses = {"clientAuth"}}}}},
    differs = {"certs.leaf.extended_key_usage"},
}
