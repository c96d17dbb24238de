-- SPDX-License-Identifier: Apache-2.0
-- One thing, the name that the certificate holds, at both places that hold it: what the subject
-- says must not be a second reason.
scenario{
    id = "NAME-14",
    title = "Wildcard that would have to stand for no label",
    category = "name",
    severity = "S2",
    server = "The certificate is for *.broker.bench.test; the board connects to broker.bench.test.",
    why = "Who runs the hosts below a name need not run the host of that name.",
    good = "Lets * stand for exactly one label and closes with bad_certificate.",
    bad = "Completes the handshake: the board cuts off \"*.\" and compares the rest.",
    spec = {"RFC 9525 section 6.3", "RFC 9525 section 6.6"},
    expect = "refuse",
    alerts = {"bad_certificate"},
    flaw = "wildcard-empty",
    control = "POS-01",
    change = {
        certs = {
            leaf = {subject = "CN=*.broker.bench.test",
                    san = {dns("*.broker.bench.test")}},
        },
    },
    differs = {"certs.leaf.subject", "certs.leaf.san"},
}
