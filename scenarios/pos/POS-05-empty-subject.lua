-- SPDX-License-Identifier: Apache-2.0
-- One thing, a certificate without a subject, at two places: subjectAltName has to be critical
-- then.
scenario{
    id = "POS-05",
    title = "Certificate whose only name is in subjectAltName",
    category = "interoperability",
    severity = "S3",
    server = [[The certificate has an empty subject. Its name stands in subjectAltName, which is
        marked critical as the rule demands in that case.]],
    why = "Newer authorities leave the subject empty: what stands in it does not count any more.",
    good = "Reads the name from subjectAltName and delivers its message.",
    bad = "Refuses: the board wants a common name, or does not know a critical subjectAltName.",
    spec = {"RFC 5280 section 4.1.2.6", "RFC 5280 section 4.2.1.6", "RFC 9525 section 2"},
    expect = "accept",
    flaw = "empty-subject-refused",
    control = "POS-01",
    change = {certs = {leaf = {subject = "", san_critical = true}}},
    differs = {"certs.leaf.subject", "certs.leaf.san_critical"},
}
