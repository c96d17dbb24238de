-- SPDX-License-Identifier: Apache-2.0
-- One thing, the name that the certificate holds, at both places that hold it: what the subject
-- says must not be a second reason.
scenario{
    id = "NAME-15",
    title = "Wildcard inside of an internationalised label",
    category = "name",
    severity = "S3",
    server = [[The board connects to xn--bcher-kva.bench.test, which people read as
        bücher.bench.test; the certificate is for xn--*.bench.test.]],
    why = "In the encoded form every letter moves the others: a part of it means nothing.",
    good = "Lets * be a whole label only, ignores the name, and closes with bad_certificate.",
    bad = [[Completes the handshake: the board matches patterns, and matches the encoded form of
        any name.]],
    spec = {"RFC 9525 section 6.3", "RFC 9525 section 7.3"},
    expect = "refuse",
    alerts = {"bad_certificate"},
    flaw = "wildcard-partial",
    control = "NAME-17/a-label",
    change = {
        certs = {
            leaf = {subject = "CN=xn--*.bench.test",
                    san = {dns("xn--*.bench.test")}},
        },
    },
    differs = {"certs.leaf.subject", "certs.leaf.san"},
}
