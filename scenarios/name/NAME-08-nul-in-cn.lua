-- SPDX-License-Identifier: Apache-2.0
-- One thing, where the name stands and how it is written: the common name counts, if at all, only
-- without subjectAltName.
scenario{
    id = "NAME-08",
    title = "Zero byte inside of the common name",
    category = "name",
    severity = "S0",
    server = [[The certificate has no subjectAltName; its common name is broker.bench.test, a
        zero byte and then .evil.test.]],
    why = [[This is how the attack was shown in 2009: the authority counts the bytes, the client
        ends at the zero.]],
    good = "Does not use common names, or compares with the length, and closes.",
    bad = "Completes the handshake: the board copies the common name into a C string.",
    spec = {"RFC 9525 section 2", "RFC 5280 section 4.2.1.6", "RFC 9525 section 6.6"},
    expect = "refuse",
    alerts = {"bad_certificate"},
    flaw = "cn-nul-cut",
    control = "POS-01",
    change = {certs = {leaf = {subject = "CN=" .. host .. "\0.evil.test", san = {}}}},
    differs = {"certs.leaf.subject", "certs.leaf.san"},
}
