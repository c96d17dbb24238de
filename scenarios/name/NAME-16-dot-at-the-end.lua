-- SPDX-License-Identifier: Apache-2.0
-- One thing, the name that the certificate holds, at both places that hold it: what the subject
-- says must not be a second reason.
scenario{
    id = "NAME-16",
    title = "Name with a dot at its end",
    category = "name",
    severity = "S4",
    server = "The certificate is for \"broker.bench.test.\" with a dot at the end.",
    why = [[In the DNS the dot ends an absolute name; in a certificate it must not stand, and two
        programs that see it differently make a gap between them.]],
    good = "Takes the name for no name of a certificate, and closes with bad_certificate.",
    bad = [[Completes the handshake: the board drops the dot. Nobody gets a certificate by it
        today; it is noted for whoever compares stacks.]],
    spec = {"RFC 5280 section 4.2.1.6", "RFC 1034 section 3.5"},
    expect = "refuse",
    alerts = {"bad_certificate"},
    flaw = "trailing-dot-ignored",
    control = "POS-01",
    change = {certs = {leaf = {subject = "CN=" .. host .. ".", san = {dns(host .. ".")}}}},
    differs = {"certs.leaf.subject", "certs.leaf.san"},
}
