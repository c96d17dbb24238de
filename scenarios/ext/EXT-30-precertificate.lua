-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "EXT-30",
    title = "Precertificate instead of the certificate",
    category = "trust",
    severity = "S2",
    server = [[The server sends a precertificate: what an authority gives to the logs before it
        issues, marked by a critical extension so that it cannot be used.]],
    why = "Precertificates are public, and for some of them the certificate was never issued.",
    good = "Does not know the extension, or knows what it means, and closes.",
    bad = "Completes the handshake: the board passes over critical extensions.",
    spec = {"RFC 6962 section 3.1", "RFC 5280 section 4.2"},
    expect = "refuse",
    alerts = {"unsupported_certificate", "bad_certificate", "certificate_unknown"},
    flaw = "critical-unchecked",
    control = "POS-01",
    change = {
        certs = {
            leaf = {
                extensions = {{oid = "1.3.6.1.4.1.11129.2.4.3", critical = true, der = "0500"}},
            },
        },
    },
    differs = {"certs.leaf.extensions"},
}
