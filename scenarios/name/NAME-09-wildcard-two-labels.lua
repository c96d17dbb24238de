-- SPDX-License-Identifier: Apache-2.0
-- One thing, the name that the certificate holds, at both places that hold it: what the subject
-- says must not be a second reason.
scenario{
    id = "NAME-09",
    title = "Wildcard that would have to stand for two labels",
    category = "name",
    severity = "S1",
    server = "The board connects to broker.site.bench.test; the certificate is for *.bench.test.",
    why = [[A wildcard stands for one label. Who may have one for a domain need not be trusted
        with everything below the domain.]],
    good = [[Lets * stand for one label only (or does not know wildcards), and closes with
        bad_certificate.]],
    bad = "Completes the handshake: the board lets * match any text, dots and all.",
    spec = {"RFC 9525 section 6.3", "RFC 9525 section 7.1"},
    expect = "refuse",
    alerts = {"bad_certificate"},
    flaw = "wildcard-any-depth",
    control = "POS-01/deep-host",
    change = {certs = {leaf = {subject = "CN=*.bench.test", san = {dns("*." .. domain)}}}},
    differs = {"certs.leaf.subject", "certs.leaf.san"},
}
