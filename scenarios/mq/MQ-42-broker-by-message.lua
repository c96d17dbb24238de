-- SPDX-License-Identifier: Apache-2.0
-- What a board makes of this message is its own affair; boards with the probe firmware take it for
-- the order to be another broker's client.
scenario{
    id = "MQ-42",
    title = "Another broker by message",
    category = "mqtt",
    severity = "S1",
    server = [[A command tells the board to use the broker other.bench.test, where a server with
        the certificate of this one answers.]],
    why = [[A setting that can be changed from outside is one that an attacker changes; it must not
        be one that turns the checks off.]],
    good = "Refuses the command, or asks the new broker for the same proof as the old one.",
    bad = "Connects there without TLS, or takes any certificate for the new broker's.",
    spec = {"EN 303 645 section 5.5 (provision 5.5-1)", "RFC 9525 section 6"},
    expect = "cope",
    rules = {"stay-moved"},
    flaw = "moved-without-tls",
    control = "MQ-19/qos1",
    change = {mqtt = {messages = {"publish SUBACK count=1 qos=1 payload=broker=other.bench.test"}}},
    differs = {"mqtt.messages"},
    lasts_ms = 2500,
}
