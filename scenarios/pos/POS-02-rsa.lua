-- SPDX-License-Identifier: Apache-2.0
-- The control of cases that need an RSA key or an RSA signature. The board is given the bench's RSA
-- root, whatever kind of root it usually trusts.
scenario{
    id = "POS-02",
    title = "Valid RSA certificate of a trusted RSA root",
    category = "interoperability",
    severity = "S2",
    server = [[As POS-01, with RSA keys of 2048 bits in the server's certificate and in the root
        that issued it.]],
    why = "Many brokers, and most older ones, have RSA certificates.",
    good = "Completes the handshake and delivers its message over MQTT.",
    bad = [[Refuses, although it says that it supports RSA: look at its cipher suites and signature
        algorithms.]],
    spec = {"RFC 5280 section 6.1", "RFC 9325 section 4.5"},
    expect = "accept",
    flaw = "rsa-refused",
    control = "POS-02",
    description = {
        trust = "rsa",
        certs = {
            leaf = {recipe = "leaf", key = "rsa2048", issuer = "bench-root-rsa", hash = "sha256",
                    not_before = "-90d", not_after = "+90d"},
        },
    },
    needs = {key_types = {"rsa"}},
}

-- An RSA key of 512 bits is too short for the signatures of TLS 1.3.
scenario{
    id = "POS-02/tls1.2",
    title = "Valid RSA certificate over TLS 1.2",
    category = "interoperability",
    severity = "S2",
    server = "As POS-02, but the server speaks TLS 1.2 only.",
    why = "Many brokers in the field speak nothing newer.",
    good = "Completes the handshake and delivers its message over MQTT.",
    bad = "Refuses, although it says that it supports RSA and TLS 1.2.",
    spec = {"RFC 5246 section 7.3", "RFC 9325 section 4.5"},
    expect = "accept",
    flaw = "tls12-broken",
    control = "POS-02",
    change = {tls = {versions = {"1.2"}}},
    differs = {"tls.versions"},
    needs = {tls = {"1.2"}},
}

-- The control of cases about an RSA intermediate.
scenario{
    id = "POS-02/intermediate",
    title = "Valid RSA chain with an intermediate",
    category = "interoperability",
    severity = "S2",
    server = "As POS-02, with an intermediate CA that has an RSA key of 2048 bits.",
    why = "This is how most public authorities have issued for twenty years.",
    good = "Builds the path to its root, completes the handshake and delivers its message.",
    bad = "Refuses, although it takes an RSA certificate of the root itself: look at its buffers.",
    spec = {"RFC 5280 section 6.1", "RFC 9325 section 4.5"},
    expect = "accept",
    flaw = "intermediate-refused",
    control = "POS-02",
    change = {
        chain = {"leaf", "intermediate"},
        certs = {
            intermediate = {recipe = "intermediate", key = "rsa2048", issuer = "bench-root-rsa",
                            hash = "sha256"},
            leaf = {issuer = "intermediate"},
        },
    },
    differs = {"chain", "certs.intermediate", "certs.leaf.issuer"},
}
