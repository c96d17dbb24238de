-- SPDX-License-Identifier: Apache-2.0
-- One thing, the name that the certificate holds, at both places that hold it: what the subject
-- says must not be a second reason.
scenario{
    id = "NAME-06",
    title = "Name that ends with that of the broker",
    category = "name",
    severity = "S0",
    server = [[The certificate is for evilbroker.bench.test: the name of the broker with other
        letters before it, and no dot between them.]],
    why = [[Where whoever asks may register names below a domain, everybody can have one that
        ends like yours.]],
    good = "Compares label by label and closes with bad_certificate.",
    bad = [[Completes the handshake: the board compares the ends of names, or looks for its own
        somewhere inside (strstr).]],
    spec = {"RFC 9525 section 6.3", "RFC 9525 section 6.6"},
    expect = "refuse",
    alerts = {"bad_certificate"},
    flaw = "ending-match",
    control = "POS-01",
    change = {
        certs = {
            leaf = {subject = "CN=evilbroker.bench.test",
                    san = {dns("evilbroker.bench.test")}},
        },
    },
    differs = {"certs.leaf.subject", "certs.leaf.san"},
}
