-- SPDX-License-Identifier: Apache-2.0
-- One thing, two limits that contradict each other, at both places.
scenario{
    id = "EXT-05",
    title = "Path length that grows on the way down",
    category = "trust",
    severity = "S2",
    server = [[The upper intermediate may have no CA below it; the lower one, which should not be
        there, allows itself five.]],
    why = "A limit that whoever is limited can raise is none.",
    good = "Keeps the smallest limit of the path, and closes.",
    bad = "Completes the handshake: the board looks at the last limit only.",
    spec = {"RFC 5280 section 6.1.4 (l) and (m)"},
    expect = "refuse",
    alerts = {"unknown_ca", "bad_certificate", "certificate_unknown"},
    flaw = "pathlen-unchecked",
    control = "POS-03/two",
    change = {
        certs = {
            top = {basic_constraints = {ca = true, critical = true, pathlen = 0}},
            intermediate = {basic_constraints = {ca = true, critical = true, pathlen = 5}},
        },
    },
    differs = {"certs.top.basic_constraints", "certs.intermediate.basic_constraints"},
}
