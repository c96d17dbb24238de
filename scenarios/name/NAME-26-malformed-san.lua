-- SPDX-License-Identifier: Apache-2.0
-- One thing, how subjectAltName is written, at two places: what is written by hand replaces what
-- the recipe writes.
scenario{
    id = "NAME-26",
    title = "subjectAltName that cannot be read",
    category = "name",
    severity = "S1",
    server = [[The subjectAltName of the certificate says that it is longer than it is. Its
        common name is that of the broker.]],
    why = [[Somebody who can get an authority to sign a broken extension must not get the
        fallback for certificates without one.]],
    good = "Cannot read the names and closes.",
    bad = [[Completes the handshake: what cannot be read counts as absent, and the common name as
        the name; or crashes.]],
    spec = {"RFC 5280 section 4.2.1.6", "RFC 9525 section 6.6"},
    expect = "refuse",
    alerts = {
        "bad_certificate", "unsupported_certificate", "certificate_unknown", "decode_error",
        "unknown_ca"},
    flaw = "malformed-san-skipped",
    control = "POS-01",
    change = {
        certs = {
            leaf = {
                san = {},
                extensions = {{oid = "subjectAltName", der = "30138220" .. hex(host)}},
            },
        },
    },
    differs = {"certs.leaf.san", "certs.leaf.extensions"},
}
