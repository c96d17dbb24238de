-- SPDX-License-Identifier: Apache-2.0
-- One thing, how subjectAltName is written, at two places: what is written by hand replaces what
-- the recipe writes.
scenario{
    id = "NAME-27",
    title = "subjectAltName without a name",
    category = "name",
    severity = "S2",
    server = [[The subjectAltName of the certificate is an empty list. Its common name is that of
        the broker.]],
    why = "The extension is there, so that the common name does not count even under the old rule.",
    good = "Finds no name that counts and closes.",
    bad = [[Completes the handshake: the board counts names, finds none, and falls back to the
        common name.]],
    spec = {"RFC 5280 section 4.2.1.6", "RFC 9525 section 2"},
    expect = "refuse",
    alerts = {
        "bad_certificate", "unsupported_certificate", "certificate_unknown", "decode_error",
        "unknown_ca"},
    flaw = "malformed-san-skipped",
    control = "POS-01",
    change = {certs = {leaf = {san = {}, extensions = {{oid = "subjectAltName", der = "3000"}}}}},
    differs = {"certs.leaf.san", "certs.leaf.extensions"},
}
