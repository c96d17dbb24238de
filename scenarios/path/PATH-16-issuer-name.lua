-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "PATH-16",
    title = "Issuer with another name than the certificate says",
    category = "trust",
    severity = "S1",
    server = [[The intermediate has really signed the certificate, but the certificate names
        somebody else as its issuer.]],
    why = [[Names tie a path together: without them limits that were set for one authority can be
        got round through another.]],
    good = "Finds no issuer of that name and closes.",
    bad = [[Completes the handshake: the board tries signatures or key identifiers only, and
        never compares names.]],
    spec = {"RFC 5280 section 6.1.3 (a)(4)"},
    expect = "refuse",
    alerts = {"unknown_ca", "bad_certificate", "certificate_unknown"},
    flaw = "issuer-name-unchecked",
    control = "POS-03",
    change = {certs = {leaf = {issuer_name = "CN=Somebody Else CA,O=Somebody Else"}}},
    differs = {"certs.leaf.issuer_name"},
}
