-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "EXT-11",
    title = "RSA key that may not encipher, used to encipher",
    category = "trust",
    severity = "S3",
    server = [[The server speaks TLS 1.2 with TLS_RSA_WITH_AES_128_GCM_SHA256 only, for which its
        key deciphers; the keyUsage of its certificate is digitalSignature alone.]],
    why = [[An authority that keeps keys for signing from deciphering prevents attacks that use the
        one for the other.]],
    good = [[Does not offer the suite, or sees that keyEncipherment is missing, and closes with
        unsupported_certificate or illegal_parameter.]],
    bad = [[Connects: the board still has the suites without ephemeral keys, and does not look at
        the keyUsage of servers.]],
    spec = {"RFC 5246 section 7.4.2", "RFC 5280 section 4.2.1.3"},
    expect = "refuse",
    alerts = {"unsupported_certificate", "bad_certificate", "illegal_parameter",
              "handshake_failure", "insufficient_security"},
    unshared = true,
    flaw = "static-rsa-offered",
    control = "POS-02/tls1.2",
    change = {
        certs = {leaf = {key_usage = {uses = {"digitalSignature"}}}},
        tls = {ciphers = "TLS_RSA_WITH_AES_128_GCM_SHA256"},
    },
    -- One thing at two places: what the key is used for, and what it may be used for.
    differs = {"certs.leaf.key_usage", "tls.ciphers"},
}
