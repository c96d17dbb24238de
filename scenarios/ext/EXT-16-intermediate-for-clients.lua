-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "EXT-16",
    title = "Intermediate that is for client certificates only",
    category = "trust",
    severity = "S4",
    server = [[The extended key usage of the intermediate allows client authentication only; the
        server certificate below it is for servers.]],
    why = [[Public authorities limit intermediates like this. RFC 5280 knows no such limit for a
        CA, so that only some libraries keep it.]],
    good = "Applies the limit to what stands below it, and closes.",
    bad = [[Completes the handshake: an intermediate for the certificates of devices can be used
        for those of brokers.]],
    spec = {
        "CA/Browser Forum Baseline Requirements section 7.1.2.10.6", "RFC 5280 section 4.2.1.12"},
    expect = "refuse",
    alerts = {"unsupported_certificate", "bad_certificate", "certificate_unknown", "unknown_ca"},
    flaw = "eku-unchecked",
    control = "POS-03",
    change = {certs = {intermediate = {extended_key_usage = {uses = {"clientAuth"}}}}},
    differs = {"certs.intermediate.extended_key_usage"},
}
