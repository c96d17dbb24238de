-- SPDX-License-Identifier: Apache-2.0
-- One thing, the name that the certificate holds, at both places that hold it: what the subject
-- says must not be a second reason.
local names = {
    {id = "prefix", name = "br*.bench.test"},
    {id = "suffix", name = "*ker.bench.test"},
    {id = "inside", name = "b*r.bench.test"},
}

for _, row in ipairs(names) do
    scenario{
        id = "NAME-10/" .. row.id,
        title = "Wildcard that is a part of a label: " .. row.name,
        category = "name",
        severity = "S3",
        server = "The certificate is for " .. row.name .. "; the board connects to " .. host .. ".",
        why = [[RFC 6125 let clients match such names and RFC 9525 ended it: what * covers inside
            a label was never agreed on.]],
        good = "Lets * be a whole label only, ignores the name, and closes with bad_certificate.",
        bad = "Completes the handshake: the board matches patterns instead of labels.",
        spec = {"RFC 9525 section 6.3", "RFC 9525 section 6.6"},
        expect = "refuse",
        alerts = {"bad_certificate"},
        flaw = "wildcard-partial",
        control = "POS-01",
        change = {certs = {leaf = {subject = "CN=" .. row.name, san = {dns(row.name)}}}},
        differs = {"certs.leaf.subject", "certs.leaf.san"},
    }
end
