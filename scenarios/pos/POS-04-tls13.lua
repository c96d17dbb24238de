-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "POS-04",
    title = "TLS 1.3 with X25519 and AES-128-GCM only",
    category = "interoperability",
    severity = "S2",
    server = [[The server speaks TLS 1.3 only, with x25519 and TLS_AES_128_GCM_SHA256, or P-256
        where the board prefers it.]],
    why = "These are what everybody who speaks TLS 1.3 has to know.",
    good = "Connects, or does not offer TLS 1.3.",
    bad = "Offers TLS 1.3 and fails with it.",
    spec = {"RFC 8446 section 9.1"},
    expect = "accept",
    flaw = "other-suites-broken",
    control = "POS-01/tls13",
    change = {tls = {ciphersuites = "TLS_AES_128_GCM_SHA256", groups = {"x25519", "secp256r1"}}},
    differs = {"tls.ciphersuites", "tls.groups"},
    needs = {tls = {"1.3"}},
}
