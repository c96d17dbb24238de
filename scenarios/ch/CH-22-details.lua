-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CH-22",
    title = "Details of the ClientHello",
    category = "interoperability",
    severity = "S4",
    server = [[Nothing of its own: the ClientHello of connections that the run makes anyway is
        read.]],
    why = "Small deviations hide larger ones: code that nobody compared with the standard.",
    good = [[Pads with zeros, lists curves only with suites that use them, shares keys in the
        order of its groups, sends no cookie unasked.]],
    bad = "Breaks one of these rules.",
    spec = {
        "RFC 7685 section 3",
        "RFC 8422 section 4",
        "RFC 8446 section 4.2.2",
        "RFC 8446 section 4.2.8",
        "RFC 8446 section 4.2.9",
    },
    expect = "observe",
    rules = {"hello-details"},
    flaw = "padding-not-zero",
    control = "POS-01",
}
