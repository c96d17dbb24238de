-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "TIME-09/49",
    title = "End written with the two-digit year 49",
    category = "time",
    severity = "S2",
    server = [[The certificate ends on 31 December 2049, written as the rule demands with two
        digits: 49.]],
    why = [[Years of two digits stand for 1950 to 2049; whoever draws the line elsewhere refuses
        certificates for years.]],
    good = "Reads 2049 and delivers its message.",
    bad = [[Refuses: the board reads 1949, because its C library draws the line at 69 or 38, or
        its own code at another year.]],
    spec = {"RFC 5280 section 4.1.2.5.1"},
    expect = "accept",
    flaw = "utctime-pivot-early",
    control = "POS-01",
    change = {certs = {leaf = {not_after_raw = "utctime:491231235959Z"}}},
    differs = {"certs.leaf.not_after_raw"},
}

-- It ends before it begins: it cannot be otherwise with an end in 1950 and a begin that is right.
scenario{
    id = "TIME-09/50",
    title = "End written with the two-digit year 50",
    category = "time",
    severity = "S2",
    server = "The certificate ended in 1950, says its two-digit year 50.",
    why = [[The other side of the line: an authority that writes 50 for 2050 is wrong, and a
        board that believes it counts a century too much.]],
    good = "Reads 1950 and closes with certificate_expired.",
    bad = "Completes the handshake: the board puts every two-digit year into this century.",
    spec = {"RFC 5280 section 4.1.2.5.1"},
    expect = "refuse",
    alerts = {"certificate_expired", "bad_certificate"},
    flaw = "utctime-pivot-missing",
    control = "POS-01",
    change = {certs = {leaf = {not_after_raw = "utctime:500101000000Z"}}},
    differs = {"certs.leaf.not_after_raw"},
}
