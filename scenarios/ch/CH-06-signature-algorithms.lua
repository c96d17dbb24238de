-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CH-06",
    title = "Offered signature algorithms",
    category = "crypto",
    severity = "S2",
    server = [[Nothing of its own: the ClientHello of connections that the run makes anyway is
        read.]],
    why = [[A server may prove itself with any algorithm of this list; for SHA-1 and MD5
        collisions are made to order.]],
    good = "Lists its algorithms, none with MD5, SHA-1 or no signature at all.",
    bad = "Lists SHA-1 or MD5, or sends no list, which stands for SHA-1.",
    spec = {
        "RFC 9155 section 2",
        "RFC 9325 section 4.5",
        "RFC 5246 section 7.4.1.4.1",
        "RFC 8446 section 4.2.3",
    },
    expect = "observe",
    rules = {"offered-signatures"},
    flaw = "old-signatures-offered",
    control = "POS-01",
}
