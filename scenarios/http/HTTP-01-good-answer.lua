-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "HTTP-01",
    title = "Web server with a valid certificate",
    category = "interoperability",
    severity = "S1",
    server = [[The web server has a certificate of the trusted root and answers each request with
        200.]],
    why = [[A board that cannot fetch a page from a good server proves nothing when it refuses a
        bad one.]],
    good = "Completes the handshake, asks, and takes the answer.",
    bad = "Never asks: look at its trust store, its clock and its cipher suites.",
    spec = {"RFC 9110 section 4.3.4", "RFC 5280 section 6.1"},
    expect = "accept",
    flaw = "host-with-scheme",
    control = "HTTP-01",
    needs = {service = {"https"}},
    description = {
        service = "https",
        certs = {leaf = {recipe = "leaf", not_before = "-90d", not_after = "+90d"}},
    },
}
