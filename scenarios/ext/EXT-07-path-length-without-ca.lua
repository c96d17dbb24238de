-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "EXT-07",
    title = "Path length in a certificate that is no CA",
    category = "robustness",
    severity = "S4",
    server = [[The basicConstraints of the server certificate have a pathLenConstraint of 0, and
        do not say that it is a CA.]],
    why = [[Authorities must not write this; the rules for a path do not say what a reader has to
        do.]],
    good = "Accepts or refuses, and is ready for the next connection.",
    bad = "Crashes or hangs.",
    spec = {"RFC 5280 section 4.2.1.9"},
    expect = "cope",
    flaw = "odd-certificate-crash",
    control = "POS-01",
    change = {certs = {leaf = {basic_constraints = {ca = false, pathlen = 0}}}},
    differs = {"certs.leaf.basic_constraints"},
}
