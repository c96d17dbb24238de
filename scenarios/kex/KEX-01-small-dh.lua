-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "KEX-01/dh512",
    title = "Diffie-Hellman group of 512 bits",
    category = "crypto",
    severity = "S1",
    server = "The server speaks TLS 1.2 with a DHE suite and a group of 512 bits.",
    why = [[Logarithms in a group of 512 bits are computed in minutes, and 1024 bits are within
        reach of states (Logjam).]],
    good = "Closes with insufficient_security or handshake_failure, or offers no DHE at all.",
    bad = "Takes whatever group it is given.",
    spec = {"RFC 9325 section 4.4", "RFC 7919 section 3"},
    expect = "refuse",
    alerts = {"insufficient_security", "handshake_failure", "illegal_parameter"},
    unshared = true,
    control = "KEX-01/dh2048",
    change = {tls = {dh_bits = 512}},
    differs = {"tls.dh_bits"},
    needs = {tls = {"1.2"}},
}

scenario{
    id = "KEX-01/dh1024",
    title = "Diffie-Hellman group of 1024 bits",
    category = "crypto",
    severity = "S1",
    server = "The server speaks TLS 1.2 with a DHE suite and a group of 1024 bits.",
    why = [[Logarithms in a group of 512 bits are computed in minutes, and 1024 bits are within
        reach of states (Logjam).]],
    good = "Closes with insufficient_security or handshake_failure, or offers no DHE at all.",
    bad = "Takes whatever group it is given.",
    spec = {"RFC 9325 section 4.4", "RFC 7919 section 3"},
    expect = "refuse",
    alerts = {"insufficient_security", "handshake_failure", "illegal_parameter"},
    unshared = true,
    flaw = "small-dh-allowed",
    control = "KEX-01/dh2048",
    change = {tls = {dh_bits = 1024}},
    differs = {"tls.dh_bits"},
    needs = {tls = {"1.2"}},
}

scenario{
    id = "KEX-01/dh2048",
    title = "Diffie-Hellman group of 2048 bits",
    category = "crypto",
    severity = "S4",
    server = "The server speaks TLS 1.2 with a DHE suite and a group of 2048 bits.",
    why = "The control of the cases about smaller groups.",
    good = "Connects, or offers no DHE, which is just as well.",
    bad = "Offers DHE and cannot do it.",
    spec = {"RFC 9325 section 4.4"},
    expect = "accept",
    control = "POS-02/tls1.2",
    change = {tls = {ciphers = "DHE-RSA-AES128-GCM-SHA256", dh_bits = 2048}},
    differs = {"tls.ciphers", "tls.dh_bits"},
    needs = {tls = {"1.2"}},
}
