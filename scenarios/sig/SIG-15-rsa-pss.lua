-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SIG-15",
    title = "Certificate signed with RSA-PSS",
    category = "interoperability",
    severity = "S4",
    server = "The trusted RSA root has signed the certificate with RSA-PSS and SHA-256.",
    why = [[TLS 1.3 demands RSA-PSS for certificates too; some national authorities issue nothing
        else.]],
    good = "Verifies the signature and delivers its message.",
    bad = [[Refuses, although it speaks TLS 1.3 and lists RSA-PSS: it knows it in the handshake
        only.]],
    spec = {"RFC 8446 section 9.1", "RFC 8446 section 4.2.3"},
    expect = "accept",
    flaw = "rsa-pss-refused",
    needs = {tls = {"1.3"}},
    control = "POS-02",
    change = {certs = {leaf = {pss = true}}},
    differs = {"certs.leaf.pss"},
}
