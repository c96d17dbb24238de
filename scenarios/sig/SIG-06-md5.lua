-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SIG-06",
    title = "Certificate signed with MD5",
    category = "crypto",
    severity = "S1",
    server = [[The trusted RSA root has signed the server's certificate with MD5. The signature is
        right.]],
    why = [[Two certificates with the same MD5 can be made at will; real authorities were cheated
        with it into signing a false CA.]],
    good = "Knows no MD5 in signatures, and closes with bad_certificate.",
    bad = [[Completes the handshake: an authority that still signs with MD5 can be cheated, and
        the board with it.]],
    spec = {"RFC 8446 section 4.4.2.4", "RFC 9325 section 4.5"},
    expect = "refuse",
    alerts = {"bad_certificate"},
    flaw = "md5-allowed",
    control = "POS-02",
    change = {certs = {leaf = {hash = "md5"}}},
    differs = {"certs.leaf.hash"},
}
