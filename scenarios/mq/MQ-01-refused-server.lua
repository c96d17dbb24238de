-- SPDX-License-Identifier: Apache-2.0
-- One thing, the issuer, at two places: the other root has to exist before it can issue.
scenario{
    id = "MQ-01",
    title = "No MQTT to a server that has to be refused",
    category = "mqtt",
    severity = "S0",
    server = [[A server whose certificate no trusted CA has issued offers TLS 1.3 only; behind
        it a broker waits for a CONNECT.]],
    why = [[CONNECT holds the client identifier and often a password; TLS 1.3 lets a client
        send it in one go with its Finished, before anybody has looked at the server.]],
    good = "Closes with unknown_ca, and sends nothing of MQTT.",
    bad = "Sends its CONNECT first and looks at the certificate afterwards, or never.",
    spec = {"MQTT 3.1.1 section 5.4.3", "RFC 9325 section 3.2"},
    expect = "refuse",
    rules = {"no-plain-text"},
    flaw = "chain-unchecked",
    control = "POS-01/tls13",
    change = {
        certs = {
            other = {recipe = "other-root"},
            leaf = {issuer = "other"},
        },
    },
    differs = {"certs.other", "certs.leaf.issuer"},
    alerts = {"unknown_ca"},
    needs = {tls = {"1.3"}},
}
