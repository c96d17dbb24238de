-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "EXT-14",
    title = "Certificate for any purpose",
    category = "robustness",
    severity = "S4",
    server = [[The extended key usage of the certificate is anyExtendedKeyUsage, and does not
        name servers.]],
    why = [[The rule lets applications refuse it and lets them accept it: whoever plans
        certificates has to know which.]],
    good = "Accepts or refuses, and is ready for the next connection.",
    bad = "Crashes or hangs.",
    spec = {"RFC 5280 section 4.2.1.12"},
    expect = "cope",
    flaw = "odd-certificate-crash",
    control = "POS-01",
    change = {certs = {leaf = {extended_key_usage = {uses = {"any"}}}}},
    differs = {"certs.leaf.extended_key_usage"},
}
