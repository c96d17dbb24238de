-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "NAME-02",
    title = "Right name in the subject, no subjectAltName",
    category = "name",
    severity = "S3",
    server = [[The certificate has no subjectAltName; the common name in its subject is that of
        the broker.]],
    why = [[The common name was never meant for host names, and authorities check it less. RFC
        9525 has ended its use.]],
    good = "Finds no name that counts and closes with bad_certificate.",
    bad = [[Completes the handshake: the board falls back to the common name, as RFC 6125 still
        allowed.]],
    spec = {"RFC 9525 section 2", "RFC 9525 section 6.6"},
    expect = "refuse",
    alerts = {"bad_certificate"},
    flaw = "cn-fallback",
    control = "POS-01",
    change = {certs = {leaf = {san = {}}}},
    differs = {"certs.leaf.san"},
}
