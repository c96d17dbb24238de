-- SPDX-License-Identifier: Apache-2.0
-- One thing, the name that the certificate holds, at both places that hold it: what the subject
-- says must not be a second reason.
scenario{
    id = "NAME-11",
    title = "Wildcard that is not the first label",
    category = "name",
    severity = "S2",
    server = "The certificate is for broker.*.test; the board connects to broker.bench.test.",
    why = "It would be a certificate for the brokers of everybody.",
    good = "Lets * be the first label only, ignores the name, and closes with bad_certificate.",
    bad = "Completes the handshake: the board lets * stand for any label.",
    spec = {"RFC 9525 section 6.3", "RFC 9525 section 6.6"},
    expect = "refuse",
    alerts = {"bad_certificate"},
    flaw = "wildcard-anywhere",
    control = "POS-01",
    change = {certs = {leaf = {subject = "CN=broker.*.test", san = {dns("broker.*.test")}}}},
    differs = {"certs.leaf.subject", "certs.leaf.san"},
}
