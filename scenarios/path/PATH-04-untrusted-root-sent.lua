-- SPDX-License-Identifier: Apache-2.0
-- One thing, another root that is sent, at three places: it exists, it issues, and it is sent.
scenario{
    id = "PATH-04",
    title = "Root that the board does not trust, sent along",
    category = "trust",
    severity = "S0",
    server = [[An authority that the board has never heard of has issued the certificate, and the
        server sends that self-signed root with it.]],
    why = [[What a server sends is what an attacker says; only what the board brought along can
        be trusted.]],
    good = "Finds no way from the certificate to a root of its own and closes with unknown_ca.",
    bad = [[Completes the handshake: the board ends its path at any self-signed certificate, also
        one that it was just sent.]],
    spec = {"RFC 5280 section 6.1", "RFC 8446 section 4.4.2", "RFC 8446 section 6.2"},
    expect = "refuse",
    alerts = {"unknown_ca"},
    flaw = "self-signed-trusted",
    control = "POS-01",
    change = {
        chain = {"leaf", "other"},
        certs = {
            other = {recipe = "other-root"},
            leaf = {issuer = "other"},
        },
    },
    differs = {"chain", "certs.other", "certs.leaf.issuer"},
}
