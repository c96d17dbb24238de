-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "EXT-20",
    title = "Name that the intermediate may not give away",
    category = "trust",
    severity = "S1",
    server = [[The name constraints of the intermediate permit names below other.test only; the
        certificate below it is for the broker.]],
    why = [[Name constraints let a firm have an authority of its own without being the authority
        for everybody.]],
    good = "Applies the constraints, or does not know this critical extension, and closes.",
    bad = [[Completes the handshake: the board skips name constraints, and every limited
        authority is unlimited.]],
    spec = {"RFC 5280 section 6.1.3 (b)", "RFC 5280 section 4.2.1.10"},
    expect = "refuse",
    alerts = {"unsupported_certificate", "bad_certificate", "certificate_unknown", "unknown_ca"},
    flaw = "name-constraints-unchecked",
    control = "POS-03",
    change = {
        certs = {
            intermediate = {name_constraints = {permitted = {dns("other.test")}, critical = true}},
        },
    },
    differs = {"certs.intermediate.name_constraints"},
}
