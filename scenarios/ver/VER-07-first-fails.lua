-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "VER-07",
    title = "No lower version after a failure",
    category = "crypto",
    severity = "S1",
    server = [[The server resets the first connection at the ClientHello, and is a good one
        after that.]],
    why = [[A client that offers less after each failure lets whoever breaks its connections
        choose the version (POODLE).]],
    good = "Offers the same versions every time.",
    bad = "Offers an older version after a connection that broke.",
    spec = {"RFC 9325 section 3.1.3"},
    expect = "accept",
    rules = {"never-lower"},
    flaw = "version-fallback",
    control = "POS-01",
    steps = {
        {
            title = "the connection is reset at the ClientHello", expect = "cope",
            change = {net = {reset_after_tx = 0}},
        },
    },
}
