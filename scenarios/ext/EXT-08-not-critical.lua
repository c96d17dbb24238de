-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "EXT-08",
    title = "basicConstraints of a CA not marked critical",
    category = "robustness",
    severity = "S4",
    server = "The intermediate says that it is a CA, but the extension is not critical.",
    why = [[Authorities must mark it; readers find out either way, and some of the strict ones
        refuse.]],
    good = "Accepts or refuses, and is ready for the next connection.",
    bad = "Crashes or hangs.",
    spec = {"RFC 5280 section 4.2.1.9", "RFC 5280 section 6.1.4 (k)"},
    expect = "cope",
    flaw = "odd-certificate-crash",
    control = "POS-03",
    change = {certs = {intermediate = {basic_constraints = {ca = true, critical = false}}}},
    differs = {"certs.intermediate.basic_constraints"},
}
