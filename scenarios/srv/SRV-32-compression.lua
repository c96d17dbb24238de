-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SRV-32",
    title = "Client that offers compression",
    category = "crypto",
    severity = "S2",
    server = "The bench's ClientHello offers DEFLATE before null.",
    why = "Compressed before it is encrypted, a text tells by its length what else is in it.",
    good = "Chooses null, or ends the handshake.",
    bad = "Chooses DEFLATE.",
    spec = {"RFC 9325 section 3.3", "CWE-310"},
    expect = "cope",
    control = "SRV-01",
    flaw = "compression-taken",
    rules = {"compression-refused"},
    needs = {tls = {"1.2"}},
    change = {visit = {opening = "hello", hello = "compression"}},
    differs = {"visit"},
}
