-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "EXT-31",
    title = "Server certificate that is a CA",
    category = "interoperability",
    severity = "S4",
    server = [[The server certificate has the right name and says that it is a CA. Its keyUsage
        is that of a server.]],
    why = [[Self-made authorities do this. RFC 5280 allows it, public authorities must not do it,
        and some libraries refuse it.]],
    good = "Looks at what counts for a server and delivers its message.",
    bad = "Refuses: the board demands that a server is no CA. That is safe; say so in its manual.",
    spec = {"RFC 5280 section 4.2.1.9", "RFC 5280 section 6.1.5"},
    expect = "accept",
    flaw = "ca-leaf-refused",
    control = "POS-01",
    change = {certs = {leaf = {basic_constraints = {ca = true, critical = true}}}},
    differs = {"certs.leaf.basic_constraints"},
}
