-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CH-08",
    title = "Compression on offer",
    category = "crypto",
    severity = "S2",
    server = [[Nothing of its own: the ClientHello of connections that the run makes anyway is
        read.]],
    why = [[The length of compressed and then encrypted data gives secrets away, one byte after
        the other (CRIME).]],
    good = "Offers the null method only.",
    bad = "Offers DEFLATE or another one.",
    spec = {"RFC 9325 section 3.3", "RFC 7457 section 2.6", "RFC 8446 section 4.1.2"},
    expect = "observe",
    rules = {"compression"},
    flaw = "compression-offered",
    control = "POS-01",
}
