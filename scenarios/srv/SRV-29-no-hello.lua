-- SPDX-License-Identifier: Apache-2.0
local kinds = {
    ["alert-first"] = {"a fatal alert", "garbage-crash"},
    ["data-first"] = {"a request in a record of TLS", "garbage-crash"},
    ["cipher-first"] = {"a change_cipher_spec", "garbage-crash"},
    ["finished-first"] = {"Finished", "odd-hello-crash"},
    ["empty-record"] = {"a record without contents", "odd-hello-crash"},
}
for name, row in pairs(kinds) do
    scenario{
        id = "SRV-29/" .. name,
        title = "Connection that begins with " .. row[1],
        category = "robustness",
        severity = "S1",
        server = "The first record that the bench sends is well-formed and holds " .. row[1] .. ".",
        why = "A machine of states that takes what comes, in whatever order, was CVE-2014-0224.",
        good = "Closes the connection, or reads on, and serves the next client.",
        bad = "Crashes, or serves nobody any more.",
        spec = {"RFC 8446 section 5", "RFC 8446 section 6"},
        expect = "cope",
        control = "SRV-01",
        flaw = row[2],
        needs = {tls = {"1.2", "1.3"}},
        change = {visit = {opening = "hello", hello = name}},
        differs = {"visit"},
    }
end
