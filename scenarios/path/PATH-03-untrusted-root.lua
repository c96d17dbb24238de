-- SPDX-License-Identifier: Apache-2.0
-- One thing, the issuer, at two places: the other root has to exist before it can issue.
scenario{
    id = "PATH-03",
    title = "Certificate of a root that the board does not trust",
    category = "trust",
    severity = "S0",
    server = [[An authority that the board has never heard of has issued the server's certificate.
        Everything else is right; the authority's own certificate is not sent.]],
    why = [[Every attacker can run an authority; only the board's own trust store tells a good one
        from a bad one.]],
    good = "Finds no way from the certificate to its root and closes with unknown_ca.",
    bad = [[Completes the handshake: the board accepts any issuer, perhaps because its trust store
        is empty and nobody looks at the result.]],
    spec = {"RFC 5280 section 6.1", "RFC 5246 section 7.2.2", "RFC 8446 section 6.2"},
    expect = "refuse",
    alerts = {"unknown_ca"},
    flaw = "unknown-issuer-accepted",
    control = "POS-01",
    change = {
        certs = {
            other = {recipe = "other-root"},
            leaf = {issuer = "other"},
        },
    },
    differs = {"certs.other", "certs.leaf.issuer"},
}
