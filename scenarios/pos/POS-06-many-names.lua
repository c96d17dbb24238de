-- SPDX-License-Identifier: Apache-2.0
local rows = {
    {count = 5, severity = "S2", flaw = {"first-name-only"}},
    {count = 50, severity = "S3", flaw = {"first-name-only", "many-names-refused"}},
}

for _, row in ipairs(rows) do
    scenario{
        id = "POS-06/" .. row.count,
        title = "The right name is the last of " .. row.count,
        category = "interoperability",
        severity = row.severity,
        server = "The certificate names " .. row.count .. " hosts; the last one is the broker.",
        why = "Certificates of shared brokers and of cloud services name all their hosts.",
        good = "Looks at every name, finds its own and delivers its message.",
        bad = "Refuses: the board compares the first name only, or has no room for so many.",
        spec = {"RFC 9525 section 6.2", "RFC 9525 section 6.3"},
        expect = "accept",
        flaw = row.flaw,
        control = "POS-01",
        change = function(description)
            local names = {}
            for i = 1, row.count - 1 do
                names[i] = dns(("host%02d.bench.test"):format(i))
            end
            names[row.count] = dns(host)
            description.certs.leaf.san = names
            return description
        end,
        differs = {"certs.leaf.san"},
    }
end
