-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "ALPN-02/offered",
    title = "Broker that needs the MQTT protocol name",
    category = "interoperability",
    severity = "S4",
    server = "The board is told to offer 'mqtt' by ALPN, and the server insists on it.",
    why = "On port 443 a broker tells MQTT from HTTP by this name alone.",
    good = "Offers the name that it was told, and connects.",
    bad = "Offers none: it can use this broker on port 8883 only.",
    spec = {"RFC 7301 section 3.1"},
    expect = "accept",
    rules = {"alpn-offered"},
    flaw = "alpn-missing",
    control = "POS-01",
    change = {tls = {alpn = {"mqtt"}, alpn_required = true}},
    differs = {"tls.alpn", "tls.alpn_required"},
    needs = {alpn = true},
}

-- The board is told what the server has; the answer stays away.
scenario{
    id = "ALPN-02/unanswered",
    title = "Broker that does not answer ALPN",
    category = "interoperability",
    severity = "S4",
    server = [[The board is told to offer a protocol by ALPN; the server does not know the
        extension.]],
    why = "Older brokers do not; a board that insists cannot use them.",
    good = "Connects, unless its configuration says that it needs the answer.",
    bad = "Hangs or crashes.",
    spec = {"RFC 7301 section 3.2"},
    expect = "cope",
    flaw = "unanswered-extension-crash",
    control = "ALPN-02/offered",
    change = {tls = {alpn_answer = "", alpn_required = false}},
    differs = {"tls.alpn_answer", "tls.alpn_required"},
    needs = {alpn = true},
}
