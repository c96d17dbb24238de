-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SIG-07",
    title = "Certificate signed with SHA-1",
    category = "crypto",
    severity = "S2",
    server = "The trusted RSA root has signed the certificate with SHA-1. The signature is right.",
    why = [[Two certificates with the same SHA-1 cost less than fifty thousand dollars in 2020,
        and less every year.]],
    good = "Knows no SHA-1 in signatures of certificates, and closes with bad_certificate.",
    bad = [[Completes the handshake: an authority that still signs with SHA-1 can be cheated, and
        the board with it.]],
    spec = {"RFC 9325 section 4.5", "RFC 8446 section 4.4.2.4"},
    expect = "refuse",
    alerts = {"bad_certificate"},
    flaw = "sha1-allowed",
    control = "POS-02",
    change = {certs = {leaf = {hash = "sha1"}}},
    differs = {"certs.leaf.hash"},
}
