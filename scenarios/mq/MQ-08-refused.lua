-- SPDX-License-Identifier: Apache-2.0
-- The broker leaves the connection open, so that a board that does not read the code goes on.
local codes = {"the protocol version", "the client identifier", "a server that is not available",
    "the user name or password", "authorization"}

for code, what in ipairs(codes) do
    scenario{
        id = "MQ-08/" .. code,
        title = "CONNACK refuses: " .. what,
        category = "mqtt",
        severity = "S2",
        server = "The broker answers CONNECT with the return code " .. code .. ", for " .. what ..
            ", and leaves the connection open.",
        why = [[A board that does not read the code publishes into nothing and takes it for
            delivered; one that tries again at once takes the broker down.]],
        good = "Sends nothing more, reports a failure, and tries again later.",
        bad = "Publishes all the same, reports success, or connects again at once and without end.",
        spec = {"MQTT 3.1.1 section 3.2.2.3", "MQTT 3.1.1 section 3.2.2"},
        expect = "cope",
        rules = {"mqtt-refusal-obeyed", "reports-failure", "few-connections"},
        flaw = "connack-code-ignored",
        control = "POS-01",
        change = {mqtt = {faults = {"code CONNACK reason=" .. code}}},
        differs = {"mqtt"},
        needs = {mqtt = {"3.1.1"}},
        deadline_ms = 20000,
    }
end
