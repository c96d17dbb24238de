-- SPDX-License-Identifier: Apache-2.0
-- One thing, the name that the certificate holds, at both places that hold it: what the subject
-- says must not be a second reason.
scenario{
    id = "NAME-05",
    title = "Name that begins with that of the broker",
    category = "name",
    severity = "S0",
    server = [[The certificate is for broker.bench.test.evil.test, a host of the owner of
        evil.test.]],
    why = "Everybody can have a name that begins with yours.",
    good = "Compares the whole name and closes with bad_certificate.",
    bad = [[Completes the handshake: the board compares as many bytes as its own name has
        (strncmp).]],
    spec = {"RFC 9525 section 6.3", "RFC 9525 section 6.6"},
    expect = "refuse",
    alerts = {"bad_certificate"},
    flaw = "prefix-match",
    control = "POS-01",
    change = {
        certs = {
            leaf = {subject = "CN=broker.bench.test.evil.test",
                    san = {dns("broker.bench.test.evil.test")}},
        },
    },
    differs = {"certs.leaf.subject", "certs.leaf.san"},
}
