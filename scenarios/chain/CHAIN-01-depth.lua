-- SPDX-License-Identifier: Apache-2.0
-- Two certificates are POS-03, three are POS-03/two.
local lengths = {
    {sent = 4, severity = "S2"}, {sent = 5, severity = "S3"}, {sent = 6, severity = "S3"},
    {sent = 8, severity = "S4"}, {sent = 10, severity = "S4"},
}

for _, row in ipairs(lengths) do
    scenario{
        id = "CHAIN-01/" .. row.sent,
        title = "Chain of " .. row.sent .. " certificates",
        category = "interoperability",
        severity = row.severity,
        server = "The server sends " .. row.sent ..
            " certificates, each issued by the next one and the last by the trusted root.",
        why = [[Four happen on the web, more in plants that have an authority a department. No rule
            has a limit; a board has one, and its manual should say which.]],
        good = "Builds the path and delivers its message.",
        bad = "Refuses, or is reset: its buffer, its stack or its limit is smaller than that.",
        spec = {"RFC 5280 section 6.1", "RFC 5246 section 7.4.2"},
        expect = "accept",
        flaw = "long-chain-refused",
        control = "POS-03/two",
        change = function(description)
            description.chain = {"leaf", "intermediate"}
            local above = "top"
            for i = row.sent - 3, 1, -1 do
                description.certs["ca" .. i] = {recipe = "intermediate", issuer = above}
                above = "ca" .. i
            end
            description.certs.intermediate.issuer = above
            for i = 1, row.sent - 3 do
                description.chain[#description.chain + 1] = "ca" .. i
            end
            description.chain[#description.chain + 1] = "top"
            return description
        end,
        differs = (function()
            local paths = {"chain", "certs.intermediate.issuer"}
            for i = 1, row.sent - 3 do
                paths[#paths + 1] = "certs.ca" .. i
            end
            return paths
        end)(),
    }
end
