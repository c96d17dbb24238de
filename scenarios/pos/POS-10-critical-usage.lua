-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "POS-10",
    title = "Extended key usage marked critical",
    category = "interoperability",
    severity = "S3",
    server = [[The extended key usage of the certificate is critical, as its key usage is, and
        says: for TLS servers.]],
    why = "Strict private authorities mark it critical; the rule lets them choose.",
    good = "Knows extended key usage, finds that it fits and delivers its message.",
    bad = [[Refuses: the board does not know extended key usage, and so must refuse what is
        critical.]],
    spec = {"RFC 5280 section 4.2.1.12", "RFC 5280 section 4.2.1.3"},
    expect = "accept",
    flaw = "critical-eku-refused",
    control = "POS-01",
    change = {certs = {leaf = {extended_key_usage = {uses = {"serverAuth"}, critical = true}}}},
    differs = {"certs.leaf.extended_key_usage"},
}
