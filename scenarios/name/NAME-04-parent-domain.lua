-- SPDX-License-Identifier: Apache-2.0
-- One thing, the name that the certificate holds, at both places that hold it: what the subject
-- says must not be a second reason.
scenario{
    id = "NAME-04",
    title = "Certificate for the parent domain",
    category = "name",
    severity = "S1",
    server = [[The certificate is for bench.test, the domain that the broker broker.bench.test is
        in.]],
    why = [[Who runs the web page of a domain need not run its brokers: a certificate is for the
        hosts that it names, not for those below.]],
    good = "Compares label by label, sees one label too few, and closes with bad_certificate.",
    bad = "Completes the handshake: the board compares the ends of the names only.",
    spec = {"RFC 9525 section 6.3", "RFC 9525 section 6.6"},
    expect = "refuse",
    alerts = {"bad_certificate"},
    flaw = "suffix-match",
    control = "POS-01",
    change = {certs = {leaf = {subject = "CN=bench.test", san = {dns(domain)}}}},
    differs = {"certs.leaf.subject", "certs.leaf.san"},
}
