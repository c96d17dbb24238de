-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "NAME-03",
    title = "Right name in the subject, another one in subjectAltName",
    category = "name",
    severity = "S1",
    server = [[The certificate's subject has the broker's name as its common name, but
        subjectAltName, which alone counts, names unrelated.test.]],
    why = [[Authorities check what stands in subjectAltName; the common name is free text, and
        some write into it what they are told.]],
    good = "Looks at subjectAltName only, and closes with bad_certificate.",
    bad = [[Completes the handshake: the board prefers the common name, or tries it when nothing
        else matches.]],
    spec = {"RFC 9525 section 2", "RFC 9525 section 6.3", "RFC 9525 section 6.6"},
    expect = "refuse",
    alerts = {"bad_certificate"},
    flaw = "cn-always",
    control = "POS-01",
    change = {certs = {leaf = {san = {dns("unrelated.test")}}}},
    differs = {"certs.leaf.san"},
}
