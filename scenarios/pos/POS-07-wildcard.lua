-- SPDX-License-Identifier: Apache-2.0
-- One thing, the name that the certificate holds, at both places that hold it: what the subject
-- says must not be a second reason.
scenario{
    id = "POS-07",
    title = "Wildcard certificate for the domain",
    category = "interoperability",
    severity = "S3",
    server = "The certificate is for *.bench.test; the board connects to broker.bench.test.",
    why = [[One certificate for all brokers of a domain is common, and a board that refuses it is
        down when the operator changes over.]],
    good = "Lets * stand for one whole label, finds that it matches and delivers its message.",
    bad = [[Refuses: the board compares letter by letter. That is safe; say so in its manual and
        waive this case.]],
    spec = {"RFC 9525 section 6.3"},
    expect = "accept",
    flaw = "wildcard-refused",
    control = "POS-01",
    change = {certs = {leaf = {subject = "CN=*.bench.test", san = {dns("*.bench.test")}}}},
    differs = {"certs.leaf.subject", "certs.leaf.san"},
}
