-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CH-13",
    title = "Record of the ClientHello",
    category = "interoperability",
    severity = "S2",
    server = [[Nothing of its own: the ClientHello of connections that the run makes anyway is
        read.]],
    why = [[The form of SSL 2.0 has no extensions and is forbidden; servers close such
        connections without a word.]],
    good = "Sends a TLS record of version 0x0301 or 0x0303.",
    bad = [[Sends a ClientHello in the form of SSL 2.0, or offers TLS 1.3 in a record that says
        SSL 3.0.]],
    spec = {"RFC 6176 section 3", "RFC 8446 section 5.1", "RFC 5246 section E.1"},
    expect = "observe",
    rules = {"hello-record"},
    flaw = {"ssl2-hello", "ssl3-record"},
    control = "POS-01",
}
