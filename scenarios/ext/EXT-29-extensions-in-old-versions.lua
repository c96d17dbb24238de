-- SPDX-License-Identifier: Apache-2.0
-- One thing, the version, at two places: the extensions stay although it has none.
for version = 1, 2 do
    scenario{
        id = "EXT-29/v" .. version,
        title = "Certificate of version " .. version .. " with extensions",
        category = "trust",
        severity = "S3",
        server = "The certificate says that it is of version " .. version ..
            ", and has the extensions of version 3.",
        why = [[Whether its limits count depends on which of the two the reader believes, so that
            nobody may believe either.]],
        good = "Knows that extensions take version 3, and closes.",
        bad = "Completes the handshake: the board reads extensions without looking at the version.",
        spec = {"RFC 5280 section 4.1.2.9", "RFC 5280 section 4.1.2.1"},
        expect = "refuse",
        alerts = {"bad_certificate", "unsupported_certificate", "certificate_unknown",
                  "decode_error"},
        flaw = "profile-unchecked",
        control = "POS-01",
        change = {certs = {leaf = {version = version, force_extensions = true}}},
        differs = {"certs.leaf.version", "certs.leaf.force_extensions"},
    }
end
