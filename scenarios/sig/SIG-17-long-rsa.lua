-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SIG-17/rsa3072",
    title = "Certificate with an RSA key of 3072 bits",
    category = "interoperability",
    severity = "S3",
    server = "As POS-02, but the key of the server has 3072 bits.",
    why = "It is the length that agencies recommend for the years to come.",
    good = "Verifies the signature of the handshake and delivers its message.",
    bad = "Refuses, runs out of memory or out of time: the board has room for 2048 bits.",
    spec = {"RFC 9325 section 4.5"},
    expect = "accept",
    flaw = "long-rsa-refused",
    control = "POS-02",
    change = {certs = {leaf = {key = "rsa3072"}}},
    differs = {"certs.leaf.key"},
}

scenario{
    id = "SIG-17/rsa4096",
    title = "Certificate with an RSA key of 4096 bits",
    category = "robustness",
    severity = "S2",
    server = "As POS-02, but the key of the server has 4096 bits.",
    why = [[Such servers exist, and a board cannot choose: it may have no room for the key, but
        it must not fall over.]],
    good = [[Verifies the signature of the handshake, or refuses, and is ready for the next
        connection.]],
    bad = "Is reset by its watchdog, or runs out of memory and stays so.",
    spec = {"RFC 9325 section 4.5"},
    expect = "cope",
    flaw = "odd-certificate-crash",
    control = "POS-02",
    change = {certs = {leaf = {key = "rsa4096"}}},
    differs = {"certs.leaf.key"},
}
