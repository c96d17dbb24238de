-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "EXT-23",
    title = "Name constraints that are not critical, and not kept",
    category = "trust",
    severity = "S3",
    server = [[As EXT-20, but the extension is not marked critical, so that whoever does not know
        it may pass over it.]],
    why = [[Authorities left the mark away for the sake of old clients; whoever knows the
        extension has to apply it all the same.]],
    good = "Applies the constraints, and closes.",
    bad = [[Completes the handshake: the board does not know name constraints. It may; the
        authority must not rely on it.]],
    spec = {"RFC 5280 section 4.2.1.10", "RFC 5280 section 4.2"},
    expect = "refuse",
    alerts = {"unsupported_certificate", "bad_certificate", "certificate_unknown", "unknown_ca"},
    flaw = "name-constraints-unchecked",
    control = "POS-03",
    change = {certs = {intermediate = {name_constraints = {permitted = {dns("other.test")}}}}},
    differs = {"certs.intermediate.name_constraints"},
}
