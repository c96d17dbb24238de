-- SPDX-License-Identifier: Apache-2.0
local kinds = {
    ["zero-share"] = {"zeros for X25519", "RFC 7748 section 6.1"},
    ["off-curve"] = {"a point that is not on P-256", "RFC 8446 section 4.2.8.2"},
}
for name, row in pairs(kinds) do
    scenario{
        id = "SRV-33/" .. name,
        title = "Key share of " .. row[1],
        category = "crypto",
        severity = "S1",
        server = "The bench offers TLS 1.3 only, and its only key share is " .. row[1] .. ".",
        why = [[With zeros the secret is known to everybody; with a point of another curve the
            board's key comes out bit by bit, where it is used twice.]],
        good = "Ends the handshake with illegal_parameter.",
        bad = "Answers with a ServerHello: it computes with whatever comes.",
        spec = {row[2], "RFC 8446 section 7.4.2"},
        expect = "cope",
        control = "SRV-01",
        flaw = "bad-share-taken",
        rules = {"hello-refused"},
        needs = {tls = {"1.3"}},
        change = {visit = {opening = "hello", hello = name}},
        differs = {"visit"},
    }
end
