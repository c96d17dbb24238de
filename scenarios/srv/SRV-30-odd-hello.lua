-- SPDX-License-Identifier: Apache-2.0
local kinds = {
    truncated = "an extension that reaches beyond its end",
    duplicate = "two server names",
    ["no-ciphers"] = "an empty list of cipher suites",
    ["odd-ciphers"] = "a list of cipher suites with an odd length",
    ["long-session"] = "a session id of 33 bytes",
    oversized = "40000 bytes in three records",
    twice = "another one behind it",
    ssl3 = "SSL 3.0 as its version",
}
for name, what in pairs(kinds) do
    scenario{
        id = "SRV-30/" .. name,
        title = "ClientHello with " .. what,
        category = "robustness",
        severity = "S1",
        server = "The bench's ClientHello has " .. what .. ".",
        why = "Lengths inside of lengths: it is the first that strangers send, and hard to read.",
        good = "Ends the handshake, or goes on where it may, and serves the next client.",
        bad = "Crashes, hangs, or serves nobody any more.",
        spec = {"RFC 8446 section 4.1.2"},
        expect = "cope",
        control = "SRV-01",
        flaw = "odd-hello-crash",
        needs = {tls = {"1.2", "1.3"}},
        change = {visit = {opening = "hello", hello = name}},
        differs = {"visit"},
    }
end
