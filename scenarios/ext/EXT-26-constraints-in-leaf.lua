-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "EXT-26",
    title = "Name constraints in a server certificate",
    category = "interoperability",
    severity = "S4",
    server = [[The server certificate itself has name constraints, not critical, which permit its
        own name. They belong into the certificates of CAs.]],
    why = [[The rules for a path never look at constraints in the last certificate: they change
        nothing.]],
    good = "Passes over them and delivers its message.",
    bad = "Refuses: the board takes an extension at a place where it does not belong for an error.",
    spec = {"RFC 5280 section 4.2.1.10", "RFC 5280 section 6.1.5"},
    expect = "accept",
    flaw = "leaf-name-constraints-refused",
    control = "POS-01",
    change = {certs = {leaf = {name_constraints = {permitted = {dns(domain)}}}}},
    differs = {"certs.leaf.name_constraints"},
}
