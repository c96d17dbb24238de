-- SPDX-License-Identifier: Apache-2.0
local function names(name)
    local dns_name = "82" .. ("%02x"):format(#name) .. hex(name)
    return "30" .. ("%02x"):format(#dns_name // 2) .. dns_name
end

local orders = {
    {id = "right-first", first = host, second = "unrelated.test"},
    {id = "right-last", first = "unrelated.test", second = host},
}

for _, order in ipairs(orders) do
    scenario{
        id = "EXT-28/" .. order.id,
        title = "Two lists of names, " .. order.id:gsub("-", " "),
        category = "name",
        severity = "S1",
        server = "The certificate has two subjectAltName extensions: the first is for " ..
            order.first .. ", the second for " .. order.second .. ".",
        why = [[What the authority checked and what the board compares may be two lists; a
            certificate with the same extension twice is no certificate.]],
        good = "Knows that an extension stands once, and closes.",
        bad = "Completes the handshake: the board uses the list that suits it.",
        spec = {"RFC 5280 section 4.2"},
        expect = "refuse",
        alerts = {"bad_certificate", "unsupported_certificate", "certificate_unknown",
                  "decode_error", "unknown_ca"},
        flaw = "duplicate-extension-allowed",
        control = "POS-01",
        change = {
            certs = {
                leaf = {
                    subject = "CN=unrelated.test",
                    san = {dns(order.first)},
                    extensions = {{oid = "subjectAltName", der = names(order.second)}},
                },
            },
        },
        differs = order.first == host and {"certs.leaf.subject", "certs.leaf.extensions"} or
            {"certs.leaf.subject", "certs.leaf.san", "certs.leaf.extensions"},
    }
end

scenario{
    id = "EXT-28/basic-constraints",
    title = "CA that is none in its second breath",
    category = "trust",
    severity = "S1",
    server = [[The intermediate has two basicConstraints: the first says that it is a CA, the
        second that it is none.]],
    why = "Two readers that see two things are a way round one of them.",
    good = "Knows that an extension stands once, and closes.",
    bad = "Completes the handshake: the board uses the first one, or the last.",
    spec = {"RFC 5280 section 4.2"},
    expect = "refuse",
    alerts = {
        "unknown_ca", "bad_certificate", "certificate_unknown", "unsupported_certificate",
        "decode_error"},
    flaw = "duplicate-extension-allowed",
    control = "POS-03",
    change = {
        certs = {
            intermediate = {
                extensions = {{oid = "basicConstraints", critical = true, der = "3000"}},
            },
        },
    },
    differs = {"certs.intermediate.extensions"},
}
