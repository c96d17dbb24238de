-- SPDX-License-Identifier: Apache-2.0
-- One thing, basicConstraints, at two places: what is written by hand replaces what the recipe
-- writes.
scenario{
    id = "EXT-06/negative",
    title = "Negative path length",
    category = "trust",
    severity = "S2",
    server = "The basicConstraints of the intermediate have a pathLenConstraint of -1.",
    why = "Read as an unsigned number it is the largest there is; read as \"none\" it is no limit.",
    good = "Knows no negative path length, and closes.",
    bad = "Completes the handshake: the board reads a number without its sign.",
    spec = {"RFC 5280 section 4.2.1.9"},
    expect = "refuse",
    alerts = {
        "unknown_ca", "bad_certificate", "certificate_unknown", "unsupported_certificate",
        "decode_error"},
    flaw = "profile-unchecked",
    control = "POS-03",
    change = {
        certs = {
            intermediate = {
                basic_constraints = {present = false},
                extensions = {
                    {oid = "basicConstraints", critical = true, der = "30060101ff0201ff"},
                },
            },
        },
    },
    differs = {"certs.intermediate.basic_constraints", "certs.intermediate.extensions"},
}

-- One thing at two places, as above.
scenario{
    id = "EXT-06/huge",
    title = "Path length above 32 bits",
    category = "robustness",
    severity = "S4",
    server = [[The basicConstraints of the intermediate have a pathLenConstraint of 2 to the
        power of 32. No rule forbids it.]],
    why = [[Cut to 32 bits it is 0. A limit that large means nothing, but it must not mean
        something else.]],
    good = [[Accepts, or refuses a number that it cannot hold, and is ready for the next
        connection.]],
    bad = "Crashes or hangs.",
    spec = {"RFC 5280 section 4.2.1.9"},
    expect = "cope",
    flaw = "odd-certificate-crash",
    control = "POS-03",
    change = {
        certs = {
            intermediate = {
                basic_constraints = {present = false},
                extensions = {
                    {oid = "basicConstraints", critical = true, der = "300a0101ff02050100000000"},
                },
            },
        },
    },
    differs = {"certs.intermediate.basic_constraints", "certs.intermediate.extensions"},
}
