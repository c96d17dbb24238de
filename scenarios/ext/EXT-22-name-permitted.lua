-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "EXT-22",
    title = "Name constraints that are kept",
    category = "interoperability",
    severity = "S4",
    server = [[The name constraints of the intermediate permit names below bench.test, and the
        broker has one. The extension is critical, as it must be.]],
    why = "A firm that limits its own authority, as it should, must not lose its boards by it.",
    good = "Applies the constraints, finds them kept, and delivers its message.",
    bad = "Refuses: the board does not know name constraints. That is safe; say so in its manual.",
    spec = {"RFC 5280 section 4.2.1.10"},
    expect = "accept",
    flaw = "critical-name-constraints-refused",
    control = "POS-03",
    change = {
        certs = {
            intermediate = {name_constraints = {permitted = {dns(domain)}, critical = true}},
        },
    },
    differs = {"certs.intermediate.name_constraints"},
}
