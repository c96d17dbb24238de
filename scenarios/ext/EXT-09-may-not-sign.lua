-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "EXT-09",
    title = "Intermediate whose key may not sign certificates",
    category = "trust",
    severity = "S1",
    server = [[The intermediate is a CA by its basicConstraints, but its keyUsage allows
        revocation lists only.]],
    why = [[Authorities keep keys for lists and for answers about revocation on machines that are
        less well guarded.]],
    good = "Sees that the key may not sign certificates, and closes.",
    bad = "Completes the handshake: the board does not look at the keyUsage of CAs.",
    spec = {"RFC 5280 section 6.1.4 (n)", "RFC 5280 section 4.2.1.3"},
    expect = "refuse",
    alerts = {"unknown_ca", "bad_certificate", "certificate_unknown", "unsupported_certificate"},
    flaw = "key-cert-sign-unchecked",
    control = "POS-03",
    change = {certs = {intermediate = {key_usage = {uses = {"cRLSign"}}}}},
    differs = {"certs.intermediate.key_usage"},
}
