-- SPDX-License-Identifier: Apache-2.0
-- The server at the false address is one that the attacker can have: his own CA's.
scenario{
    id = "NET-08",
    title = "DNS sends the board to an attacker",
    category = "trust",
    severity = "S0",
    server = [[The name resolves to a server of somebody else, whose certificate no trusted CA
        has issued.]],
    why = [[DNS is not authenticated: everybody on the network can answer first. TLS alone
        tells the servers apart.]],
    good = "Refuses the server.",
    bad = "Gives its data to whoever answered the DNS query.",
    spec = {"RFC 5280 section 6.1", "RFC 9525 section 6.1"},
    expect = "refuse",
    alerts = {"unknown_ca"},
    flaw = "chain-unchecked",
    control = "POS-01",
    change = {
        certs = {
            leaf = {issuer = "other"},
            other = {recipe = "other-root"},
        },
        dns = {ttl = 1},
    },
    differs = {"certs.leaf.issuer", "certs.other", "dns"},
    deadline_ms = 20000,
}
