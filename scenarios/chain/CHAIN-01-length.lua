-- SPDX-License-Identifier: Apache-2.0
-- Two certificates are POS-03, three are POS-03/two.
local longest = 12

local function differences()
    local paths = {"chain", "certs.intermediate.issuer"}
    for i = 1, longest - 3 do
        paths[#paths + 1] = "certs.ca" .. i
    end
    return paths
end

scenario{
    id = "CHAIN-01",
    title = "How long a chain the board takes",
    category = "interoperability",
    severity = "S2",
    server = [[The server sends so many certificates, each issued by the next one and the last by
        the trusted root.]],
    why = [[Four happen on the web, more in plants that have an authority a department. No rule
        has a limit; a board has one, and its manual should say which.]],
    good = [[Takes four at least. Beyond its limit it refuses, and is ready for the next
        connection.]],
    bad = [[Refuses four, or is reset beyond its limit: its buffer, its stack or its table of
        certificates is too small.]],
    spec = {"RFC 5280 section 6.1", "RFC 5246 section 7.4.2"},
    expect = "measure",
    flaw = "long-chain-refused",
    control = "POS-03/two",
    ladder = {unit = "certificates", values = {4, 5, 6, 8, 10, longest}, least = 4},
    change = function(description, sent)
        description.chain = {"leaf", "intermediate"}
        local above = "top"
        for i = sent - 3, 1, -1 do
            description.certs["ca" .. i] = {recipe = "intermediate", issuer = above}
            above = "ca" .. i
        end
        description.certs.intermediate.issuer = above
        for i = 1, sent - 3 do
            description.chain[#description.chain + 1] = "ca" .. i
        end
        description.chain[#description.chain + 1] = "top"
        return description
    end,
    differs = differences(),
}
