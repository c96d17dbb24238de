-- SPDX-License-Identifier: Apache-2.0
-- Two keys, one thing: the board's time and the end are the same second.
scenario{
    id = "TIME-08/not-after",
    title = "Last second of a certificate",
    category = "time",
    severity = "S4",
    server = [[The board's clock says the very second that the server's certificate names as
        its end.]],
    why = "Both ends belong to the validity: an off-by-one shows here and nowhere else.",
    good = "Connects.",
    bad = "Refuses in the last second.",
    spec = {"RFC 5280 section 4.1.2.5"},
    expect = "accept",
    flaw = "expiry-exclusive",
    control = "POS-01",
    change = {board_time = "+1h", certs = {leaf = {not_after = "+1h"}}},
    differs = {"board_time", "certs.leaf.not_after"},
    needs = {clock = {"serial", "sntp"}},
}

-- Two keys, one thing: the board's time and the begin are the same second.
scenario{
    id = "TIME-08/not-before",
    title = "First second of a certificate",
    category = "time",
    severity = "S4",
    server = "The board's clock says the very second at which the server's certificate begins.",
    why = "Both ends belong to the validity.",
    good = "Connects.",
    bad = "Refuses in the first second.",
    spec = {"RFC 5280 section 4.1.2.5"},
    expect = "accept",
    flaw = "begin-exclusive",
    control = "POS-01",
    change = {board_time = "-1h", certs = {leaf = {not_before = "-1h"}}},
    differs = {"board_time", "certs.leaf.not_before"},
    needs = {clock = {"serial", "sntp"}},
}
