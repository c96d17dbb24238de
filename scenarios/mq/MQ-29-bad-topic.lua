-- SPDX-License-Identifier: Apache-2.0
-- The first byte of the topic is the fifth of the packet.
local bytes = {
    {"wildcard", 0x23, "holds a wildcard"},
    {"nul", 0x00, "holds a zero byte"},
    {"utf8", 0xff, "is not UTF-8"},
}

for _, row in ipairs(bytes) do
    scenario{
        id = "MQ-29/" .. row[1],
        title = "Topic that " .. row[3],
        category = "mqtt",
        severity = "S3",
        server = "The broker sends a message whose topic " .. row[3] .. ".",
        why = [[No broker may send this; what does is none, or sits in between, and tries what
            happens.]],
        good = "Closes the connection.",
        bad = "Acknowledges the message, or goes on.",
        spec = {"MQTT 3.1.1 section 3.3.2.1", "MQTT 3.1.1 section 1.5.3"},
        expect = "cope",
        rules = {"stay-closes"},
        flaw = "topic-unchecked",
        control = "MQ-19/qos1",
        change = {mqtt = {faults = {"set PUBLISH at=4 to=" .. row[2]}}},
        differs = {"mqtt.faults"},
    }
end
