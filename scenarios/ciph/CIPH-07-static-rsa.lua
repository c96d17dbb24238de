-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CIPH-07",
    title = "Key exchange with the certificate's RSA key only",
    category = "crypto",
    severity = "S3",
    server = "The server speaks TLS 1.2 with TLS_RSA_WITH_AES_128_GCM_SHA256 only.",
    why = "Whoever gets the server's key later reads everything that was recorded before.",
    good = "Does not offer the suite, or refuses it.",
    bad = "Connects: its list of suites still has the ones without ephemeral keys.",
    spec = {"RFC 9325 section 4.1"},
    expect = "refuse",
    alerts = {"handshake_failure", "insufficient_security", "illegal_parameter"},
    unshared = true,
    flaw = "static-rsa-offered",
    control = "POS-02/tls1.2",
    change = {tls = {ciphers = "TLS_RSA_WITH_AES_128_GCM_SHA256"}},
    differs = {"tls.ciphers"},
}
