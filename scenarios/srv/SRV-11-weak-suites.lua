-- SPDX-License-Identifier: Apache-2.0
local kinds = {
    ["no-encryption"] = {"eNULL:!aNULL", "without encryption"},
    anonymous = {"aNULL:!eNULL", "without authentication"},
    cbc = {"AES128-SHA", "with static RSA and CBC"},
}
for name, row in pairs(kinds) do
    scenario{
        id = "SRV-11/" .. name,
        title = "Client that has suites " .. row[2] .. " only",
        category = "crypto",
        severity = name == "cbc" and "S2" or "S0",
        server = "The bench comes with TLS 1.2 and offers cipher suites " .. row[2] .. " only.",
        why = "A server that takes what its client offers gives up what TLS is for.",
        good = "Ends the handshake with handshake_failure.",
        bad = "Completes it: suites are not chosen, but taken as the library has them.",
        spec = {"RFC 9325 section 4.1"},
        expect = "refuse",
        alerts = {"handshake_failure", "insufficient_security"},
        control = "SRV-01",
        flaw = name == "cbc" and "static-rsa-served" or "weak-suites-served",
        needs = {tls = {"1.2"}, key_types = name == "cbc" and {"rsa"} or nil},
        change = function(description)
            description.tls.versions = {"1.2"}
            description.tls.ciphers = row[1]
            if name == "cbc" then
                description.identity.key = "rsa2048"
            end
            return description
        end,
        differs = name == "cbc" and {"identity.key", "tls.ciphers", "tls.versions"}
            or {"tls.ciphers", "tls.versions"},
    }
end
