-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SNI-02",
    title = "Server that needs the server name",
    category = "interoperability",
    severity = "S2",
    server = [[The server ends the handshake with unrecognized_name when the ClientHello names
        no server, as cloud brokers do.]],
    why = "Most cloud brokers serve thousands of names at one address.",
    good = "Sends the name of its broker, and connects.",
    bad = "Sends none, and cannot connect.",
    spec = {"RFC 6066 section 3"},
    expect = "accept",
    rules = {"server-name"},
    flaw = "sni-missing",
    control = "POS-01",
    change = {tls = {sni = "require"}},
    differs = {"tls.sni"},
}
