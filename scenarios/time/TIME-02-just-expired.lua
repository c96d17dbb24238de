-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "TIME-02/1s",
    title = "Certificate expired a second ago",
    category = "time",
    severity = "S3",
    server = "The server's certificate ended a second ago.",
    why = [[The end of a certificate is a second, not a day; a board that looks at the day only
        gives a stolen key another one.]],
    good = [[Refuses with certificate_expired. A margin for clocks that differ is a policy of
        its own: waive the case then.]],
    bad = "Connects: it compares days, or keeps a margin that nobody knows of.",
    spec = {"RFC 5280 section 4.1.2.5"},
    expect = "refuse",
    alerts = {"certificate_expired"},
    flaw = {"dates-by-day", "not-after-unchecked"},
    control = "POS-01",
    change = {certs = {leaf = {not_after = "-1s"}}},
    differs = {"certs.leaf.not_after"},
}

scenario{
    id = "TIME-02/5s",
    title = "Certificate expired 5 seconds ago",
    category = "time",
    severity = "S3",
    server = "The server's certificate ended five seconds ago.",
    why = [[The end of a certificate is a second, not a day; a board that looks at the day only
        gives a stolen key another one.]],
    good = [[Refuses with certificate_expired. A margin for clocks that differ is a policy of
        its own: waive the case then.]],
    bad = "Connects: it compares days, or keeps a margin that nobody knows of.",
    spec = {"RFC 5280 section 4.1.2.5"},
    expect = "refuse",
    alerts = {"certificate_expired"},
    flaw = {"dates-by-day", "not-after-unchecked"},
    control = "POS-01",
    change = {certs = {leaf = {not_after = "-5s"}}},
    differs = {"certs.leaf.not_after"},
}
