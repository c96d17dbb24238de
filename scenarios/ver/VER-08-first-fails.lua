-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "VER-08",
    title = "A fallback that says so",
    category = "crypto",
    severity = "S3",
    server = "As in VER-07: the first connection is reset.",
    why = "With TLS_FALLBACK_SCSV a server can tell an attack from an old client and stop it.",
    good = "Does not fall back at all; the case is then not applicable.",
    bad = "Falls back without TLS_FALLBACK_SCSV.",
    spec = {"RFC 7507 section 4"},
    expect = "accept",
    rules = {"fallback-says"},
    flaw = "version-fallback",
    control = "POS-01",
    steps = {
        {
            title = "the connection is reset at the ClientHello", expect = "cope",
            change = {net = {reset_after_tx = 0}},
        },
    },
}
