-- SPDX-License-Identifier: Apache-2.0
-- One case for each suite of TLS 1.2 that RFC 9325 or RFC 7925 wants.
local suites = {
    ["ecdhe-ecdsa-aes128-gcm"] = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    ["ecdhe-ecdsa-aes256-gcm"] = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    ["ecdhe-ecdsa-aes128-ccm"] = "TLS_ECDHE_ECDSA_WITH_AES_128_CCM",
    ["ecdhe-ecdsa-aes128-ccm8"] = "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8",
    ["ecdhe-ecdsa-chacha20"] = "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
}

for slug, suite in pairs(suites) do
    -- The suite of the control works in every board that has one that does not.
    local flaw = slug == "ecdhe-ecdsa-aes256-gcm" and "aes256-broken" or "other-suites-broken"

    scenario{
        id = "CIPH-12/" .. slug,
        title = "Only " .. suite,
        category = "interoperability",
        severity = "S3",
        server = "The server speaks TLS 1.2 with " .. suite .. " and no other suite.",
        why = [[What a ClientHello offers the server may choose; a suite that is offered and does
            not work is found when a broker's operator turns the others off.]],
        good = "Connects, or does not offer the suite.",
        bad = "Offers the suite and fails with it.",
        spec = {"RFC 5246 section 7.4.1.2", "RFC 9325 section 4.2", "RFC 7925 section 4.4"},
        expect = "accept",
        flaw = flaw,
        control = "POS-01/tls12",
        change = {tls = {ciphers = suite}},
        differs = {"tls.ciphers"},
        needs = {tls = {"1.2"}},
    }
end
