-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "EXT-18",
    title = "Unknown critical extension",
    category = "trust",
    severity = "S1",
    server = [[The certificate carries an extension that nobody knows, marked critical. Everything
        else is right.]],
    why = [[Critical means that whoever does not understand the extension must not use the
        certificate: that is how limits that are invented later reach old boards.]],
    good = "Does not know the extension, and closes.",
    bad = [[Completes the handshake: the board skips extensions that it does not know, the limits
        in them too.]],
    spec = {"RFC 5280 section 4.2", "RFC 5280 section 6.1.5 (f)"},
    expect = "refuse",
    alerts = {"unsupported_certificate", "bad_certificate", "certificate_unknown"},
    flaw = "critical-unchecked",
    control = "POS-01",
    change = {
        certs = {
            leaf = {extensions = {{oid = "2.999.1", critical = true, der = "0500"}}},
        },
    },
    differs = {"certs.leaf.extensions"},
}
