-- SPDX-License-Identifier: Apache-2.0
-- One thing, the name that the certificate holds, at both places that hold it: what the subject
-- says must not be a second reason.
scenario{
    id = "NAME-01",
    title = "Certificate for an unrelated host",
    category = "name",
    severity = "S0",
    server = [[The trusted root has issued the server's certificate for unrelated.test, a host of
        somebody else.]],
    why = [[Whoever gets a certificate for any host of their own from the same authority could be
        the broker.]],
    good = [[Compares the names in the certificate with the one that it connects to, and closes
        with bad_certificate.]],
    bad = [[Completes the handshake: the board does not compare names at all (no host name given
        to its TLS stack, or the check left out).]],
    spec = {"RFC 9525 section 6.3", "RFC 9525 section 6.6", "RFC 9325 section 7.1"},
    expect = "refuse",
    alerts = {"bad_certificate"},
    flaw = "name-unchecked",
    control = "POS-01",
    change = {
        certs = {
            leaf = {subject = "CN=unrelated.test", san = {dns("unrelated.test")}},
        },
    },
    differs = {"certs.leaf.subject", "certs.leaf.san"},
}
