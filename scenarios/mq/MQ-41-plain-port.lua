-- SPDX-License-Identifier: Apache-2.0
-- Boards that can be told more than one port are told that of the broker without TLS (`plain` of
-- the probe protocol, {plain_port} of a command); on a network of the bench's own it is 1883.
scenario{
    id = "MQ-41/beside",
    title = "Port 1883 beside a good 8883",
    category = "mqtt",
    severity = "S0",
    server = [[The broker answers with TLS and a valid certificate at its port, and without TLS at
        another one.]],
    why = "Many brokers have both ports open, and only one of them keeps anything to itself.",
    good = "Goes to the port with TLS, and never to the other one.",
    bad = "Speaks MQTT without TLS: whoever is on the path reads and writes along.",
    spec = {"EN 303 645 section 5.5 (provision 5.5-1)", "RFC 9325 section 3.2"},
    expect = "accept",
    rules = {"plain-unused"},
    flaw = "plain-preferred",
    control = "POS-01",
    change = {second = {service = "mqtt"}},
    differs = {"second"},
    needs = {service = {"mqtts"}},
}

-- One thing, the issuer, at two places: it has to exist.
scenario{
    id = "MQ-41/refused",
    title = "Port 1883 beside an 8883 that has to be refused",
    category = "mqtt",
    severity = "S0",
    server = [[The broker with TLS has a certificate of an unknown root; the one without TLS beside
        it would take anybody.]],
    why = [[Who cannot forge a certificate can always break TLS; a board that then does without it
        is as good as one that has none.]],
    good = "Refuses the certificate, and does not go elsewhere.",
    bad = "Sends its CONNECT to the port without TLS when the one with TLS does not work.",
    spec = {"EN 303 645 section 5.5 (provision 5.5-1)", "RFC 9325 section 3.2"},
    expect = "refuse",
    alerts = {"unknown_ca"},
    rules = {"plain-unused"},
    flaw = "plain-retry",
    control = "MQ-41/beside",
    change = {certs = {leaf = {issuer = "other"}, other = {recipe = "other-root"}}},
    differs = {"certs.leaf.issuer", "certs.other"},
    deadline_ms = 20000,
}

-- One thing, the loss of the broker, at two places: the connection that stands, and those after it.
scenario{
    id = "MQ-41/lost",
    title = "Port 1883 beside an 8883 that is lost",
    category = "mqtt",
    severity = "S0",
    server = [[The broker with TLS closes the session at a PINGREQ and resets every connection from
        then on; the one without TLS beside it goes on.]],
    why = [[A board that has worked for months and does without TLS on the first bad day is one
        that waits for somebody to give it a bad day.]],
    good = "Comes back to the port with TLS again and again, and to no other.",
    bad = "Goes on at the port without TLS, as if nothing had happened.",
    spec = {"EN 303 645 section 5.5 (provision 5.5-1)", "RFC 9325 section 3.2"},
    expect = "cope",
    rules = {"plain-unused", "stay-comes-back"},
    flaw = "plain-retry",
    control = "MQ-21",
    change = {
        mqtt = {faults = {"disconnect PINGREQ count=1"}},
        second = {service = "mqtt"},
        later = {{after = 1, change = {net = {accept = "reset"}}}},
    },
    differs = {"later", "mqtt", "second"},
    needs = {service = {"mqtts"}},
    lasts_ms = 2500,
}
