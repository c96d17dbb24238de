-- SPDX-License-Identifier: Apache-2.0
-- One version only: the controls of cases that are about what one version does.
for version, slug in pairs{["1.2"] = "tls12", ["1.3"] = "tls13"} do
    scenario{
        id = "POS-01/" .. slug,
        title = "Valid certificate, TLS " .. version .. " only",
        category = "interoperability",
        severity = "S2",
        server = "The server speaks TLS " .. version .. " and no other version.",
        why = [[Brokers turn versions off, sometimes overnight; what a board offers it has to be
            able to do.]],
        good = "Completes the handshake in this version and delivers its message.",
        bad = "Offers the version and fails with it.",
        spec = {"RFC 9325 section 3.1.1", "RFC 8446 section 9.1"},
        expect = "accept",
        flaw = version == "1.2" and "tls12-broken" or "tls13-broken",
        control = "POS-01/" .. slug,
        description = {
            certs = {
                leaf = {recipe = "leaf", issuer = "bench-root", subject = "CN=" .. host,
                        san = {dns(host)}, not_before = "-90d", not_after = "+90d"},
            },
            tls = {versions = {version}},
        },
        needs = {tls = {version}},
    }
end
