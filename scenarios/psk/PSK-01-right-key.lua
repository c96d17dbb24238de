-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "PSK-01/tls12",
    title = "Pre-shared key, TLS 1.2",
    category = "identity",
    severity = "S3",
    server = [[Board and server share a key of 128 bits. The server speaks TLS 1.2 with suites
        of pre-shared keys only.]],
    why = [[Where a board has no room for certificates, a shared key is what is left; its code
        is rarely used and rarely tested.]],
    good = "Connects with its key.",
    bad = "Cannot use the key that it was given.",
    spec = {"RFC 4279 section 2", "RFC 7925 section 4.2"},
    expect = "accept",
    flaw = "psk-broken",
    control = "POS-01",
    change = {
        tls = {
            versions = {"1.2"},
            ciphers = "PSK",
            psk = {identity = "bench-board", hex = "00112233445566778899aabbccddeeff"},
        },
    },
    differs = {"tls.psk", "tls.versions", "tls.ciphers"},
    needs = {psk = true, tls = {"1.2"}},
}

scenario{
    id = "PSK-01/tls13",
    title = "Pre-shared key, TLS 1.3",
    category = "identity",
    severity = "S3",
    server = [[Board and server share a key of 128 bits. The server speaks TLS 1.3, where the
        key is offered beside certificates.]],
    why = [[Where a board has no room for certificates, a shared key is what is left; its code
        is rarely used and rarely tested.]],
    good = "Connects with its key.",
    bad = "Cannot use the key that it was given.",
    spec = {"RFC 8446 section 4.2.11", "RFC 7925 section 4.2"},
    expect = "accept",
    flaw = "psk-broken",
    control = "POS-01",
    change = {
        tls = {
            versions = {"1.3"},
            psk = {identity = "bench-board", hex = "00112233445566778899aabbccddeeff"},
        },
    },
    differs = {"tls.psk", "tls.versions"},
    needs = {psk = true, tls = {"1.3"}},
}
