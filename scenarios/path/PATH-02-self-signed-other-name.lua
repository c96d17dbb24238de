-- SPDX-License-Identifier: Apache-2.0
-- The only case with two flaws on purpose: it tells boards that check nothing from those that
-- check something.
scenario{
    id = "PATH-02",
    title = "Self-signed certificate with another name",
    category = "trust",
    severity = "S0",
    server = [[The server signed its certificate itself, and it is for unrelated.test: neither
        the issuer nor the name is right.]],
    why = [[A board that accepts this checks nothing at all; one that accepts PATH-01 and refuses
        this at least looks at names.]],
    good = "Closes the connection before it sends its Finished.",
    bad = [[Completes the handshake: verification is switched off as a whole, and its password
        goes to whoever answers.]],
    spec = {"RFC 5280 section 6.1", "RFC 9525 section 6.6"},
    expect = "refuse",
    alerts = {"unknown_ca", "bad_certificate"},
    flaw = "chain-unchecked",
    control = "POS-01",
    change = {
        certs = {
            leaf = {issuer = "self", subject = "CN=unrelated.test", san = {dns("unrelated.test")}},
        },
    },
    differs = {"certs.leaf.issuer", "certs.leaf.subject", "certs.leaf.san"},
}
