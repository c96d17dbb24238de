-- SPDX-License-Identifier: Apache-2.0
-- One thing, the name that the certificate holds, at both places that hold it.
scenario{
    id = "PATH-08",
    title = "Valid certificate of another server of the same owner",
    category = "name",
    severity = "S0",
    server = [[The server sends a certificate that the trusted root has issued for www.bench.test,
        and holds its key.]],
    why = [[One server that was broken into, the weakest of the domain, would be enough to be the
        broker.]],
    good = "Sees that the certificate is not for its broker, and closes with bad_certificate.",
    bad = [[Completes the handshake: the board verifies who signed the certificate and not whom it
        is for.]],
    spec = {"RFC 9525 section 6.6", "RFC 9525 section 6.3"},
    expect = "refuse",
    alerts = {"bad_certificate"},
    flaw = "name-unchecked",
    control = "POS-01",
    change = {
        certs = {
            leaf = {subject = "CN=www.bench.test", san = {dns("www.bench.test")}},
        },
    },
    differs = {"certs.leaf.subject", "certs.leaf.san"},
}
