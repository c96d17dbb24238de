-- SPDX-License-Identifier: Apache-2.0
-- The field's table wants 500 failures. Fifteen show what a small board loses with each; --repeat
-- adds to them.
local steps = {}
for i = 1, 5 do
    steps[#steps + 1] = {title = "a reset inside the server's flight", expect = "cope",
        change = {net = {reset_after_tx = 20 + 80 * i}}}
    steps[#steps + 1] = {title = "an end inside the server's flight", expect = "cope",
        change = {net = {close_after_tx = 50 + 90 * i}}}
    steps[#steps + 1] = {title = "a reset while the board writes", expect = "cope",
        change = {net = {reset_after_rx = 60 * i}}}
end

scenario{
    id = "NET-05",
    title = "Many failures in a row, then a good server",
    category = "robustness",
    severity = "S1",
    server = [[The board meets fifteen servers in a row that break off in different ways, and then a
        good one.]],
    why = [[What every failed handshake leaves behind adds up, until there is no memory for a good
        one.]],
    good = "Connects to the good server as after a reset.",
    bad = "Has no memory left, or has given up for good.",
    spec = {"EN 303 645 section 5.9 (provision 5.9-2)"},
    expect = "accept",
    flaw = "memory-lost",
    control = "POS-01",
    steps = steps,
}
