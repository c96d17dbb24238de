-- SPDX-License-Identifier: Apache-2.0
local why = [[Keys are as secret as the random numbers that they are made of; a board that begins
    its generator anew after each reset uses the same keys again and again.]]
local good = [[Sends another random and another key share in each connection, after each reset
    too.]]
local bad = [[Repeats one: the generator is seeded with a constant, or with a clock that begins
    anew at each reset. Everything that it ever encrypted is open.]]
local spec = {"RFC 8446 section 4.1.2", "RFC 8446 section C.1", "RFC 4086 section 3"}

scenario{
    id = "CH-18/run",
    title = "No random number twice in the whole run",
    category = "crypto",
    severity = "S0",
    server = "Nothing of its own: the ClientHellos of all connections of the run are compared.",
    why = why, good = good, bad = bad, spec = spec,
    expect = "observe",
    rules = {"randomness"},
    flaw = "random-repeated",
    control = "POS-01",
}

scenario{
    id = "CH-18/resets",
    title = "No random number twice after resets",
    category = "crypto",
    severity = "S0",
    server = "The server is a good one; the board is switched off and on before each connection.",
    why = why, good = good, bad = bad, spec = spec,
    expect = "accept",
    rules = {"randomness"},
    flaw = "random-repeated",
    control = "POS-01",
    steps = {
        {title = "a good server after a reset", reset = true},
        {title = "a good server after a reset", reset = true},
        {title = "a good server after a reset", reset = true},
    },
    reset = true,
}
