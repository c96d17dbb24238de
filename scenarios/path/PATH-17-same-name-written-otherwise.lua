-- SPDX-License-Identifier: Apache-2.0
local forms = {
    {
        id = "case", title = "Issuer named in capital letters",
        name = "CN=ASSAY BENCH CA INTERMEDIATE,O=ASSAY BENCH",
        server = "The certificate writes the name of its issuer in capital letters only.",
    },
    {
        id = "space", title = "Issuer named with more spaces",
        name = "CN=Assay  Bench CA   intermediate,O=Assay Bench",
        server = "The certificate writes several spaces into the name of its issuer.",
    },
    {
        id = "string-type", title = "Issuer named in another string type",
        name = "CN:printable=Assay Bench CA intermediate,O:printable=Assay Bench",
        server = [[The certificate names its issuer as PrintableString, the issuer itself as
            UTF8String.]],
    },
}

for _, form in ipairs(forms) do
    scenario{
        id = "PATH-17/" .. form.id,
        title = form.title,
        category = "interoperability",
        severity = "S4",
        server = form.server .. " It is the same name.",
        why = [[Authorities that change their software write the same name otherwise; to compare
            bytes is common, and safe, and refuses such a chain.]],
        good = "Compares names as the rule says and delivers its message.",
        bad = "Refuses: the board compares names byte by byte. RFC 5280 lets no application do so.",
        spec = {"RFC 5280 section 7.1", "RFC 4518 section 2"},
        expect = "accept",
        flaw = "dn-bytewise",
        control = "POS-03",
        change = {certs = {leaf = {issuer_name = form.name}}},
        differs = {"certs.leaf.issuer_name"},
    }
end
