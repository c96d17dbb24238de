-- SPDX-License-Identifier: Apache-2.0
-- One thing, a CA with a renewed key, at five places: it needs a name of its own that both its
-- certificates bear, a path length that the second certificate would exceed if it counted, that
-- certificate, and a leaf that the new key signs.
scenario{
    id = "POS-12",
    title = "CA that renewed its key, with a path length of zero",
    category = "interoperability",
    severity = "S3",
    server = [[The intermediate may have no CA below it (pathLenConstraint 0). It has a new key,
        and has issued itself a certificate for it under its own name; the server's certificate
        is signed with the new key.]],
    why = [[A CA that changes its key does not become two CAs: certificates issued to oneself do
        not count for the path length.]],
    good = "Does not count the self-issued certificate, and delivers its message.",
    bad = "Refuses: the board counts every CA certificate of the path.",
    spec = {"RFC 5280 section 6.1.4 (l)", "RFC 5280 section 4.2.1.9"},
    expect = "accept",
    flaw = "self-issued-counted",
    control = "POS-03",
    change = {
        chain = {"leaf", "renewed", "intermediate"},
        certs = {
            intermediate = {
                subject = "CN=Assay Bench Rollover CA,O=Assay Bench",
                basic_constraints = {ca = true, critical = true, pathlen = 0},
            },
            renewed = {recipe = "intermediate", issuer = "intermediate",
                       subject = "CN=Assay Bench Rollover CA,O=Assay Bench"},
            leaf = {issuer = "renewed"},
        },
    },
    differs = {
        "chain", "certs.intermediate.subject", "certs.intermediate.basic_constraints",
        "certs.renewed", "certs.leaf.issuer"},
}
