-- SPDX-License-Identifier: Apache-2.0
-- One thing, when it was valid, at both ends of that time: it must not end before it begins.
scenario{
    id = "TIME-03",
    title = "Certificate expired ten years ago",
    category = "time",
    severity = "S1",
    server = [[The server's certificate was valid for a year, and that ended ten years ago.
        Everything else is right.]],
    why = "No clock is that wrong by accident: whoever accepts this has no check of dates at all.",
    good = "Closes with certificate_expired.",
    bad = [[Completes the handshake: the check of dates is switched off, or the board's clock
        stands still where it left the factory.]],
    spec = {"RFC 5280 section 6.1.3 (a)(2)", "RFC 5280 section 4.1.2.5", "RFC 5246 section 7.2.2"},
    expect = "refuse",
    alerts = {"certificate_expired"},
    flaw = "not-after-unchecked",
    control = "POS-01",
    change = {certs = {leaf = {not_before = "-11y", not_after = "-10y"}}},
    differs = {"certs.leaf.not_before", "certs.leaf.not_after"},
}
