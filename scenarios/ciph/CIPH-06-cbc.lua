-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CIPH-06",
    title = "AES-CBC with SHA-1 only",
    category = "crypto",
    severity = "S4",
    server = "The server speaks TLS 1.2 with TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA only.",
    why = [[CBC suites are safe where they are built with great care, and no longer wanted;
        that a board still speaks them is told, not failed.]],
    good = "Refuses, or connects and is told to turn them off.",
    bad = "Nothing that fails: this is for information.",
    spec = {"RFC 9325 section 4.2.1"},
    expect = "cope",
    control = "POS-01/tls12",
    change = {tls = {ciphers = "ECDHE-ECDSA-AES128-SHA"}},
    differs = {"tls.ciphers"},
    needs = {tls = {"1.2"}},
}
