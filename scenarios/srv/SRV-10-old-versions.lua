-- SPDX-License-Identifier: Apache-2.0
local versions = {{"1.0", "RFC 8996 section 4"}, {"1.1", "RFC 8996 section 5"}}
for _, row in ipairs(versions) do
    scenario{
        id = "SRV-10/" .. row[1],
        title = "Client that speaks TLS " .. row[1] .. " only",
        category = "crypto",
        severity = "S1",
        server = "The bench comes with the right certificate and speaks TLS " .. row[1] .. " only.",
        why = "Both versions rest on MD5 and SHA-1 and were given up in 2021.",
        good = "Ends the handshake with protocol_version.",
        bad = "Completes it: old versions are still on.",
        spec = {row[2]},
        expect = "refuse",
        alerts = {"protocol_version", "handshake_failure"},
        control = "SRV-01",
        flaw = "old-tls-served",
        needs = {tls = {"1.2", "1.3"}},
        change = {tls = {versions = {row[1]}}},
        differs = {"tls.versions"},
    }
end
