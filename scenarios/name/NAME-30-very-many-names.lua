-- SPDX-License-Identifier: Apache-2.0
for _, count in ipairs{300, 1000} do
    scenario{
        id = "NAME-30/" .. count,
        title = "Certificate with " .. count .. " names",
        category = "robustness",
        severity = "S2",
        server = "The certificate names " .. count .. " hosts; the last one is the broker.",
        why = [[Nobody has to have room for it; but a board that is reset by a certificate can be
            switched off by anybody on the way.]],
        good = "Accepts or refuses, and is ready for the next connection.",
        bad = "Runs out of memory, is reset, or hangs.",
        spec = {"RFC 5246 section 7.4.2", "RFC 9525 section 6.3"},
        expect = "cope",
        flaw = "odd-certificate-crash",
        control = "POS-01",
        change = function(description)
            local names = {}
            for i = 1, count - 1 do
                names[i] = dns(("host%05d.bench.test"):format(i))
            end
            names[count] = dns(host)
            description.certs.leaf.san = names
            return description
        end,
        differs = {"certs.leaf.san"},
    }
end
