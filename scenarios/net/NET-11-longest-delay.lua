-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "NET-11/longest",
    title = "How much delay a message the board bears",
    category = "robustness",
    severity = "S4",
    server = "Everything that the server sends arrives so many milliseconds later.",
    why = [[Satellites and weak mobile networks take a second and more; the number says where the
        board can be used.]],
    good = "Connects with half a second at least. Beyond its limit it gives up, and comes again.",
    bad = "Gives up earlier, or never: its limits were made for a desk.",
    spec = {"RFC 7925 section 11"},
    expect = "measure",
    flaw = "timeout-short",
    control = "POS-01",
    ladder = {unit = "ms", values = {100, 250, 500, 1000}, least = 500},
    change = function(description, delay)
        description.net = {delay_tx_ms = delay}
        return description
    end,
    differs = {"net"},
    deadline_ms = 20000,
}
