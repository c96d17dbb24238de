-- SPDX-License-Identifier: Apache-2.0
-- One thing, where the name stands, at both places: it is one of two common names.
for _, order in ipairs{"first", "last"} do
    local subject = order == "first" and "CN=broker.bench.test,CN=unrelated.test" or
        "CN=unrelated.test,CN=broker.bench.test"

    scenario{
        id = "NAME-28/" .. order,
        title = "Two common names, the " .. order .. " one is right",
        category = "name",
        severity = "S3",
        server = [[The certificate has no subjectAltName and two common names; one of them is that
            of the broker.]],
        why = [[RFC 2818 spoke of the most specific one, libraries take the first or the last:
            what is checked by the authority need not be what the board compares.]],
        good = "Finds no name that counts and closes with bad_certificate.",
        bad = "Completes the handshake: the board falls back to the " .. order .. " common name.",
        spec = {"RFC 9525 section 2", "RFC 9525 section 6.6"},
        expect = "refuse",
        alerts = {"bad_certificate"},
        flaw = "cn-fallback",
        control = "POS-01",
        change = {certs = {leaf = {subject = subject, san = {}}}},
        differs = {"certs.leaf.subject", "certs.leaf.san"},
    }
end
