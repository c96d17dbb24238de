-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CA-22/not-yet-valid",
    title = "Identity refused: not yet valid",
    category = "identity",
    severity = "S3",
    server = [[The identity that the board was issued begins tomorrow: its issuer's clock and
        the broker's differ, and the server refuses it.]],
    why = [[Mistakes in issuing are common; a board shows them to whoever looks for them, and
        works again once they are mended.]],
    good = "Notices, reports it, and does not try again at once and without end.",
    bad = "Takes it for a success, tries again in a hot loop, or resets.",
    spec = {"RFC 8446 section 4.4.2.4", "RFC 5246 section 7.4.6"},
    expect = "cope",
    rules = {"reports-failure", "few-connections", "signature-right"},
    flaw = "reset-on-alert",
    control = "CA-03",
    change = {identity = {not_before = "+1d"}},
    differs = {"identity.not_before"},
}

scenario{
    id = "CA-22/other-issuer",
    title = "Identity refused: other issuer",
    category = "identity",
    severity = "S3",
    server = [[The identity that the board was issued was issued by a CA that the server does
        not know, and the server refuses it.]],
    why = [[Mistakes in issuing are common; a board shows them to whoever looks for them, and
        works again once they are mended.]],
    good = "Notices, reports it, and does not try again at once and without end.",
    bad = "Takes it for a success, tries again in a hot loop, or resets.",
    spec = {"RFC 8446 section 4.4.2.4", "RFC 5246 section 7.4.6"},
    expect = "cope",
    rules = {"reports-failure", "few-connections", "signature-right"},
    flaw = "reset-on-alert",
    control = "CA-03",
    change = {identity = {issuer = "bench-root"}},
    differs = {"identity.issuer"},
}

scenario{
    id = "CA-22/server-usage",
    title = "Identity refused: server usage",
    category = "identity",
    severity = "S3",
    server = [[The identity that the board was issued is for servers only, and the server
        refuses it.]],
    why = [[Mistakes in issuing are common; a board shows them to whoever looks for them, and
        works again once they are mended.]],
    good = "Notices, reports it, and does not try again at once and without end.",
    bad = "Takes it for a success, tries again in a hot loop, or resets.",
    spec = {"RFC 8446 section 4.4.2.4", "RFC 5246 section 7.4.6"},
    expect = "cope",
    rules = {"reports-failure", "few-connections", "signature-right"},
    flaw = "reset-on-alert",
    control = "CA-03",
    change = {identity = {extended_key_usage = {uses = {"serverAuth"}}}},
    differs = {"identity.extended_key_usage"},
}
