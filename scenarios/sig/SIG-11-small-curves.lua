-- SPDX-License-Identifier: Apache-2.0
-- A leaf on such a curve is sent only to boards that list it among their groups, and hardly any
-- does; an intermediate is sent to all of them.
local curves = {
    {id = "p192", name = "secp192r1", bits = 192},
    {id = "secp160r1", name = "secp160r1", bits = 160},
}

for _, curve in ipairs(curves) do
    scenario{
        id = "SIG-11/" .. curve.id,
        title = "Intermediate with a key on " .. curve.name,
        category = "crypto",
        severity = "S2",
        server = "The chain is right but for the key of the intermediate: its curve " ..
            curve.name .. " has " .. curve.bits .. " bits only.",
        why = [[Curves below 224 bits were given up because their keys can be worked out by
            whoever has enough machines, and an intermediate is worth it.]],
        good = "Does not know the curve, or has a smallest size of curves, and closes.",
        bad = "Completes the handshake: the board takes every curve that its library knows.",
        spec = {"RFC 9325 section 4.5", "RFC 8422 section 5.1.1"},
        expect = "refuse",
        alerts = {"unsupported_certificate", "bad_certificate", "certificate_unknown"},
        flaw = "small-curve-allowed",
        control = "POS-03",
        change = {certs = {intermediate = {key = curve.id}}},
        differs = {"certs.intermediate.key"},
        needs = {key_types = {"ecdsa"}},
    }
end
