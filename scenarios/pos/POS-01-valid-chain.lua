-- SPDX-License-Identifier: Apache-2.0
-- The control that most cases are paired with. What they change of it is written out, also where it
-- is the recipe's default, so that a pair can be read.
scenario{
    id = "POS-01",
    title = "Valid certificate of the trusted root",
    category = "interoperability",
    severity = "S1",
    server = [[The server sends one certificate: issued by the root that the board trusts, for the
        name that the board asked for, valid since 90 days and for 90 more. It speaks TLS 1.2
        and 1.3.]],
    why = [[A board that cannot reach a good server proves nothing when it refuses a bad one, and
        is of no use in the field.]],
    good = "Completes the handshake and delivers its message over MQTT.",
    bad = [[Never connects, or refuses the certificate: look at its trust store, its clock and its
        cipher suites.]],
    spec = {"RFC 5280 section 6.1", "RFC 5246 section 7.3", "RFC 7925 section 4.4"},
    expect = "accept",
    flaw = "ecdsa-refused",
    control = "POS-01",
    description = {
        host = host,
        certs = {
            leaf = {recipe = "leaf", issuer = "bench-root", subject = "CN=" .. host,
                    san = {dns(host)}, not_before = "-90d", not_after = "+90d"},
        },
    },
}

-- Cases about wildcards need a host with one label more.
scenario{
    id = "POS-01/deep-host",
    title = "Valid certificate for a host two labels below the domain",
    category = "interoperability",
    severity = "S1",
    server = [[As POS-01, but the board is sent to broker.site.bench.test, and the certificate
        names exactly that host.]],
    why = "Brokers of one site or one customer are often named like this.",
    good = "Completes the handshake and delivers its message over MQTT.",
    bad = [[Refuses: the board does not compare host names label by label, or has no room for a
        long one.]],
    spec = {"RFC 9525 section 6.3"},
    expect = "accept",
    flaw = "many-labels-refused",
    control = "POS-01",
    change = {
        host = "broker.site.bench.test",
        certs = {leaf = {subject = "CN=broker.site.bench.test",
                         san = {dns("broker.site.bench.test")}}},
    },
    differs = {"host", "certs.leaf.subject", "certs.leaf.san"},
}
