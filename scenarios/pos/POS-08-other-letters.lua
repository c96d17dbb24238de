-- SPDX-License-Identifier: Apache-2.0
-- One thing, the name that the certificate holds, at both places that hold it: what the subject
-- says must not be a second reason.
scenario{
    id = "POS-08",
    title = "Name written with capital letters",
    category = "interoperability",
    severity = "S3",
    server = "The certificate is for Broker.BENCH.Test; the board connects to broker.bench.test.",
    why = [[Names in the DNS are the same in capital and small letters, and some authorities
        write what the customer typed.]],
    good = "Compares without regard to case and delivers its message.",
    bad = "Refuses: the board compares bytes (strcmp, memcmp).",
    spec = {"RFC 9525 section 6.3", "RFC 4343 section 3"},
    expect = "accept",
    flaw = "case-sensitive",
    control = "POS-01",
    change = {
        certs = {
            leaf = {subject = "CN=Broker.BENCH.Test",
                    san = {dns("Broker.BENCH.Test")}},
        },
    },
    differs = {"certs.leaf.subject", "certs.leaf.san"},
}
