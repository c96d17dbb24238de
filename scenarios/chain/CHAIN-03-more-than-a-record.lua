-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CHAIN-03",
    title = "Certificate message that does not fit into a record",
    category = "robustness",
    severity = "S2",
    server = [[The server sends 20000 bytes of certificates, in a handshake message that takes
        two records of the full size.]],
    why = [[A message may have sixteen megabytes, a record sixteen kilobytes: somebody has to put
        pieces together.]],
    good = [[Puts the message together, or refuses what it has no room for, and is ready for the
        next connection.]],
    bad = "Crashes, hangs, or takes the second record for another message.",
    spec = {"RFC 5246 section 6.2.1", "RFC 8446 section 5.1"},
    expect = "cope",
    flaw = "odd-certificate-crash",
    control = "POS-03",
    change = {certs = {intermediate = {padding = 20000}}},
    differs = {"certs.intermediate.padding"},
}
