-- SPDX-License-Identifier: Apache-2.0
local kinds = {
    nothing = {"says nothing after the handshake", "idle-kept"},
    half = {"sends half of a request and waits", "idle-kept"},
    unknown = {"asks for a command that there is not", "malformed-request-crash"},
    bad = {"sends characters that a request cannot have", "malformed-request-crash"},
    binary = {"sends 256 bytes of every value", "malformed-request-crash"},
    long = {"sends a request of 256 bytes", "long-request-crash"},
    huge = {"sends a request of 65536 bytes", "long-request-crash"},
}
for kind, row in pairs(kinds) do
    scenario{
        id = "SRV-25/" .. kind,
        title = "Client that " .. row[1],
        category = "robustness",
        severity = "S1",
        server = "The bench comes with the right certificate and " .. row[1] .. ".",
        why = "Behind TLS the same mistakes wait as before it; a client may be wrong or stolen.",
        good = "Says no in its protocol, or closes, and serves the next client.",
        bad = "Crashes, hangs, or serves nobody any more.",
        spec = {"CWE-20"},
        expect = "cope",
        control = "SRV-01",
        flaw = row[2],
        change = {visit = {request = kind}},
        differs = {"visit"},
    }
end
