-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "EXT-21",
    title = "Name that the intermediate must not give away",
    category = "trust",
    severity = "S1",
    server = [[The name constraints of the intermediate exclude names below bench.test; the
        certificate below it is for broker.bench.test.]],
    why = "What is excluded is what an authority was expressly denied.",
    good = "Applies the constraints, or does not know this critical extension, and closes.",
    bad = [[Completes the handshake: the board skips name constraints, or knows permitted ones
        only.]],
    spec = {"RFC 5280 section 6.1.3 (c)", "RFC 5280 section 4.2.1.10"},
    expect = "refuse",
    alerts = {"unsupported_certificate", "bad_certificate", "certificate_unknown", "unknown_ca"},
    flaw = "name-constraints-unchecked",
    control = "POS-03",
    change = {
        certs = {
            intermediate = {name_constraints = {excluded = {dns(domain)}, critical = true}},
        },
    },
    differs = {"certs.intermediate.name_constraints"},
}
