-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CH-17",
    title = "Which TLS stack it looks like",
    category = "interoperability",
    severity = "S4",
    server = [[Nothing of its own: the ClientHello of connections that the run makes anyway is
        read.]],
    why = [[Order and choice of extensions give the library away; what is known of a library is
        known of the board.]],
    good = "Nothing to do: this is for information, and for comparing two builds of a firmware.",
    bad = "Nothing to do wrong either.",
    spec = {"RFC 8446 section 4.1.2"},
    expect = "observe",
    rules = {"stack"},
    control = "POS-01",
}
