-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CH-16",
    title = "ALPN as configured",
    category = "interoperability",
    severity = "S4",
    server = [[The board is told to offer a protocol by ALPN; the server takes it and does not
        insist.]],
    why = "A broker on port 443 cannot tell MQTT from HTTP without it.",
    good = "Offers what it was told.",
    bad = "Offers nothing, or something else.",
    spec = {"RFC 7301 section 3.1", "RFC 9325 section 3.8"},
    expect = "accept",
    rules = {"alpn-offered"},
    flaw = "alpn-missing",
    control = "POS-01",
    change = {tls = {alpn = {"mqtt"}}},
    differs = {"tls.alpn"},
    needs = {alpn = true},
}
