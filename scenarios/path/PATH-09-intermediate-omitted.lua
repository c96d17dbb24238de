-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "PATH-09",
    title = "Intermediate not sent",
    category = "trust",
    severity = "S2",
    server = [[The server sends its own certificate and leaves out the intermediate that issued
        it; the board does not have it.]],
    why = [[It is the most common mistake of operators: a board has to say so and go on, and not
        to trust what it cannot connect to its root.]],
    good = [[Finds no issuer, closes with unknown_ca, and connects again when the server has been
        mended.]],
    bad = "Completes the handshake: a path that ends nowhere is good enough for it.",
    spec = {"RFC 5280 section 6.1", "RFC 5246 section 7.4.2", "RFC 8446 section 4.4.2"},
    expect = "refuse",
    alerts = {"unknown_ca"},
    flaw = "unknown-issuer-accepted",
    control = "POS-03",
    change = {chain = {"leaf"}},
    differs = {"chain"},
}
