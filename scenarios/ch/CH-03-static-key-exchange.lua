-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CH-03",
    title = "Key exchange with the certificate's own key on offer",
    category = "crypto",
    severity = "S3",
    server = [[Nothing of its own: the ClientHello of connections that the run makes anyway is
        read.]],
    why = [[Without ephemeral keys everything that was recorded can be read as soon as the
        server's key is lost.]],
    good = "Offers suites with ECDHE or DHE, and those of TLS 1.3, only.",
    bad = [[Offers TLS_RSA_WITH_... or static (EC)DH: safe as long as the server's key is,
        hence degraded.]],
    spec = {"RFC 9325 section 4.1"},
    expect = "observe",
    rules = {"static-key-exchange"},
    flaw = "static-rsa-offered",
    control = "POS-01",
}
