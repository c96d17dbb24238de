-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "NET-06",
    title = "The server is away and comes back",
    category = "robustness",
    severity = "S1",
    server = "The server is there, refuses connections three times, and is there again.",
    why = "Boards outlive outages of their broker by years; one that stays away needs a visit.",
    good = "Connects as soon as it is told to again.",
    bad = "Stays away until it is reset.",
    spec = {"EN 303 645 section 5.9 (provision 5.9-2)"},
    expect = "accept",
    rules = {"few-connections"},
    flaw = "retry-without-pause",
    control = "POS-01",
    steps = {
        {title = "the server is there"},
        {title = "connections are refused", expect = "cope", change = {net = {accept = "reset"}}},
        {title = "connections are refused", expect = "cope", change = {net = {accept = "reset"}}},
        {title = "connections are refused", expect = "cope", change = {net = {accept = "reset"}}},
    },
}
