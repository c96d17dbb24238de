-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "PATH-13",
    title = "Root sent at the end of the chain",
    category = "interoperability",
    severity = "S3",
    server = [[The server sends the whole path: its certificate, the intermediate and the root
        that the board trusts.]],
    why = "The root may be left out and need not be; many servers send it.",
    good = "Ends the path at its own copy of the root and delivers its message.",
    bad = [[Refuses: the board has no room for a third certificate, or refuses a self-signed one
        even where it is its own root.]],
    spec = {"RFC 5246 section 7.4.2", "RFC 8446 section 4.4.2"},
    expect = "accept",
    flaw = "root-in-chain-refused",
    control = "POS-03",
    change = {chain = {"leaf", "intermediate", "bench-root"}},
    differs = {"chain"},
}
