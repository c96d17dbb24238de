-- SPDX-License-Identifier: Apache-2.0
-- One thing, a CBC suite, at two places: TLS 1.3 has none.
scenario{
    id = "POS-18/encrypt-then-mac",
    title = "CBC suite with encrypt_then_mac",
    category = "interoperability",
    severity = "S4",
    server = [[The server speaks TLS 1.2 with a CBC suite only, and answers encrypt_then_mac
        where the board offers it.]],
    why = "Whoever offers an extension must be able to do what it says when a server takes it up.",
    good = "Offers CBC suites no longer, or encrypts as negotiated and delivers its message.",
    bad = "Offers the extension, and gives up or sends unreadable records when it is answered.",
    spec = {"RFC 7366 section 3"},
    expect = "accept",
    flaw = "encrypt-then-mac-broken",
    needs = {tls = {"1.2"}},
    control = "POS-01",
    change = {
        tls = {
            versions = {"1.2"},
            ciphers = {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
                       "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"},
        },
    },
    differs = {"tls.versions", "tls.ciphers"},
}

scenario{
    id = "POS-18/rsa-pss",
    title = "RSA-PSS signature in TLS 1.2",
    category = "interoperability",
    severity = "S4",
    server = "The server speaks TLS 1.2 and signs its key exchange with RSA-PSS only.",
    why = [[Whoever lists rsa_pss_rsae_sha256 among its signature algorithms has to take it in
        TLS 1.2 too.]],
    good = "Does not offer RSA-PSS, or verifies the signature and delivers its message.",
    bad = "Offers RSA-PSS for TLS 1.3 and refuses it in TLS 1.2.",
    spec = {"RFC 8446 section 4.2.3"},
    expect = "accept",
    flaw = "rsa-pss-handshake-refused",
    control = "POS-02/tls1.2",
    change = {tls = {signature_algorithms = "rsa_pss_rsae_sha256"}},
    differs = {"tls.signature_algorithms"},
}

-- One thing, a group of TLS 1.3, at two places: in TLS 1.2 it would have to be a DHE suite.
scenario{
    id = "POS-18/ffdhe2048",
    title = "Finite-field key exchange in TLS 1.3",
    category = "interoperability",
    severity = "S4",
    server = [[The server speaks TLS 1.3 and uses the group ffdhe2048 only, for which it has to
        ask with a HelloRetryRequest.]],
    why = [[Whoever lists a group among its supported ones has to work with it when a server asks
        for it.]],
    good = [[Does not offer the group, or sends a share of it in its second ClientHello and
        delivers its message.]],
    bad = "Offers the group and gives up when the server chooses it.",
    spec = {"RFC 8446 section 4.2.7", "RFC 8446 section 4.1.4", "RFC 7919 section 3"},
    expect = "accept",
    flaw = "hello-retry-refused",
    needs = {tls = {"1.3"}},
    control = "POS-01",
    change = {tls = {versions = {"1.3"}, groups = "ffdhe2048"}},
    differs = {"tls.versions", "tls.groups"},
}
