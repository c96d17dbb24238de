-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CH-07",
    title = "Offered groups and point formats",
    category = "crypto",
    severity = "S3",
    server = [[Nothing of its own: the ClientHello of connections that the run makes anyway is
        read.]],
    why = "The server chooses among these groups; one that is too small weakens every connection.",
    good = [[Lists groups of at least 224 bits and, where it lists point formats, the
        uncompressed one.]],
    bad = "Lists secp192r1, secp160r1 or such: the library offers all that it was built with.",
    spec = {"RFC 8422 section 5.1", "RFC 9325 section 4.5"},
    expect = "observe",
    rules = {"offered-groups"},
    flaw = "weak-curves-offered",
    control = "POS-01",
}
