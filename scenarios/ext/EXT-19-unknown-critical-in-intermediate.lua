-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "EXT-19",
    title = "Unknown critical extension in the intermediate",
    category = "trust",
    severity = "S1",
    server = "The intermediate carries an extension that nobody knows, marked critical.",
    why = [[Limits for authorities come as critical extensions: a board that skips them gives an
        authority more than it was given.]],
    good = "Does not know the extension, and closes.",
    bad = [[Completes the handshake: the board looks for unknown critical extensions in the first
        certificate only.]],
    spec = {"RFC 5280 section 4.2", "RFC 5280 section 6.1.4 (o)"},
    expect = "refuse",
    alerts = {"unsupported_certificate", "bad_certificate", "certificate_unknown", "unknown_ca"},
    flaw = "intermediate-critical-unchecked",
    control = "POS-03",
    change = {
        certs = {
            intermediate = {extensions = {{oid = "2.999.1", critical = true, der = "0500"}}},
        },
    },
    differs = {"certs.intermediate.extensions"},
}
