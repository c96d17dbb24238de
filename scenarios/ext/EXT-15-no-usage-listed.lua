-- SPDX-License-Identifier: Apache-2.0
-- One thing, extendedKeyUsage, at two places: what is written by hand replaces what the recipe
-- writes.
scenario{
    id = "EXT-15",
    title = "Extended key usage that lists nothing",
    category = "trust",
    severity = "S3",
    server = "The certificate has an extended key usage, and the list in it is empty.",
    why = [[A list of what is allowed that is empty allows nothing; a loop over it finds nothing
        wrong.]],
    good = "Does not find its purpose in the list, or knows that it may not be empty, and closes.",
    bad = "Completes the handshake: nothing listed is read as nothing forbidden.",
    spec = {"RFC 5280 section 4.2.1.12"},
    expect = "refuse",
    alerts = {"bad_certificate", "unsupported_certificate", "certificate_unknown", "decode_error"},
    flaw = "eku-unchecked",
    control = "POS-01",
    change = {
        certs = {
            leaf = {extended_key_usage = {present = false},
                    extensions = {{oid = "extendedKeyUsage", der = "3000"}}},
        },
    },
    differs = {"certs.leaf.extended_key_usage", "certs.leaf.extensions"},
}
