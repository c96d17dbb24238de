-- SPDX-License-Identifier: Apache-2.0
-- One thing, the name that the certificate holds, at both places that hold it: what the subject
-- says must not be a second reason.
local names = {
    {id = "star", name = "*"},
    {id = "top-level", name = "*.test"},
}

for _, row in ipairs(names) do
    scenario{
        id = "NAME-13/" .. row.id,
        title = "Wildcard for everything: " .. row.name,
        category = "name",
        severity = "S1",
        server = "The certificate is for " .. row.name .. "; the board connects to " .. host .. ".",
        why = [[One such certificate, from an authority that was careless once, would be every
            broker there is.]],
        good = [[Lets * stand for one label, finds that the numbers of labels differ, and closes
            with bad_certificate.]],
        bad = "Completes the handshake: for the board * is any text at all.",
        spec = {"RFC 9525 section 6.3", "RFC 9525 section 7.1"},
        expect = "refuse",
        alerts = {"bad_certificate"},
        flaw = "wildcard-in-public-suffix",
        control = "POS-01",
        change = {certs = {leaf = {subject = "CN=" .. row.name, san = {dns(row.name)}}}},
        differs = {"certs.leaf.subject", "certs.leaf.san"},
    }
end
