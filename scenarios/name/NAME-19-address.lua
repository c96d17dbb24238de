-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "NAME-19",
    title = "Broker known by its address",
    category = "name",
    severity = "S3",
    server = [[The board connects to 198.51.100.7, without any name; the certificate has exactly
        this iPAddress in its subjectAltName.]],
    why = "Brokers in a plant often have no name in any DNS; a certificate can be for an address.",
    good = "Compares the four bytes of the address and delivers its message.",
    bad = "Refuses: the board compares names only. That is safe; say so in its manual.",
    spec = {"RFC 9525 section 6.4", "RFC 5280 section 4.2.1.6"},
    expect = "accept",
    flaw = "ip-refused",
    needs = {isolated = true},
    control = "POS-01",
    change = {
        host = "198.51.100.7",
        certs = {leaf = {subject = "CN=Broker in the plant", san = {ip("198.51.100.7")}}},
    },
    differs = {"host", "certs.leaf.subject", "certs.leaf.san"},
}
