-- SPDX-License-Identifier: Apache-2.0
-- Two keys, one thing: where CBC comes with a MAC that is encrypted, all is well (POS-18).
scenario{
    id = "CIPH-06",
    title = "AES-CBC without encrypt_then_mac",
    category = "crypto",
    severity = "S3",
    server = [[The server speaks TLS 1.2 with TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA only, and does
        not know encrypt_then_mac.]],
    why = [[Where the MAC is not encrypted, the time that a wrong record takes has told others what
        stood in it (Lucky 13); neither side should use CBC without the extension.]],
    good = "Offers no CBC suites, or ends the handshake when the extension is not answered.",
    bad = "Goes on: degraded, because a library that takes care is safe all the same.",
    spec = {"RFC 9325 section 4.2", "RFC 7366 section 2"},
    expect = "cope",
    rules = {"encrypt-then-mac"},
    flaw = "bare-cbc-allowed",
    control = "POS-01/tls12",
    change = {tls = {ciphers = "ECDHE-ECDSA-AES128-SHA", encrypt_then_mac = false}},
    differs = {"tls.ciphers", "tls.encrypt_then_mac"},
    needs = {tls = {"1.2"}},
}
