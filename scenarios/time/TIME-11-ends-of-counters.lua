-- SPDX-License-Identifier: Apache-2.0
local ends = {
    {id = "2038", at = "2038-01-19T03:14:08Z", count = "signed", flaw = "dates-32-bit"},
    {id = "2106", at = "2106-02-07T06:28:16Z", count = "unsigned", flaw = "far-date-refused"},
}

for _, row in ipairs(ends) do
    scenario{
        id = "TIME-11/" .. row.id,
        title = "Certificate that outlives a 32-bit clock, in " .. row.id,
        category = "time",
        severity = "S2",
        server = "The certificate ends at " .. row.at ..
            ", the first second that does not fit into a " .. row.count .. " 32-bit counter.",
        why = [[A board that computes the end of a certificate in 32 bits refuses its server today,
            not only when the day has come.]],
        good = [[Computes with more than 32 bits, or compares years and days, and delivers its
            message.]],
        bad = "Refuses: the end wraps round into the past.",
        spec = {"RFC 5280 section 4.1.2.5"},
        expect = "accept",
        flaw = row.flaw,
        control = "POS-01",
        change = {certs = {leaf = {not_after = row.at}}},
        differs = {"certs.leaf.not_after"},
    }
end
