-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "PATH-12",
    title = "Server certificate sent twice",
    category = "interoperability",
    severity = "S4",
    server = "The server sends its own certificate, the same one once more, and the intermediate.",
    why = [[A file that holds certificate and chain, put behind a file that holds the
        certificate, gives exactly this.]],
    good = "Leaves the copy aside and delivers its message.",
    bad = "Refuses, or goes round in a circle: the board takes the copy for the issuer.",
    spec = {"RFC 8446 section 4.4.2"},
    expect = "accept",
    flaw = "duplicate-refused",
    control = "POS-03",
    change = {chain = {"leaf", "leaf", "intermediate"}},
    differs = {"chain"},
}
