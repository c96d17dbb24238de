-- SPDX-License-Identifier: Apache-2.0
-- One thing, the name that the certificate holds, at both places that hold it: what the subject
-- says must not be a second reason.
scenario{
    id = "NAME-07",
    title = "Zero byte inside of the name",
    category = "name",
    severity = "S0",
    server = [[The certificate names one host, broker.bench.test, a zero byte and then .evil.test:
        a host below evil.test for an authority that counts the bytes.]],
    why = [[For a C program a text ends at its first zero byte: this is how the owner of evil.test
        becomes every broker.]],
    good = [[Compares the whole name with its length, or refuses a name that holds a zero byte,
        and closes.]],
    bad = [[Completes the handshake: the board compares with strcmp() and sees only what stands
        before the zero byte.]],
    spec = {"RFC 5280 section 4.2.1.6", "RFC 9525 section 6.3", "RFC 9525 section 6.6"},
    expect = "refuse",
    alerts = {"bad_certificate"},
    flaw = "nul-cut",
    control = "POS-01",
    change = {
        certs = {
            leaf = {subject = "CN=evil.test", san = {dns(host .. "\0.evil.test")}},
        },
    },
    differs = {"certs.leaf.subject", "certs.leaf.san"},
}
