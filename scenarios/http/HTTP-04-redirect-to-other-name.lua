-- SPDX-License-Identifier: Apache-2.0
-- One thing, the name that the certificate holds, at both places that hold it. It is the name of
-- the first host: a board that goes on comparing with that one is found, too.
scenario{
    id = "HTTP-04",
    title = "Redirect to a host with the certificate of another one",
    category = "name",
    severity = "S0",
    server = [[The web server has a good certificate and answers with 302; the host that it names
        shows a certificate of the trusted root that is for the first host, not for itself.]],
    why = [[Each connection has to be held against the name that it goes to; a library that was
        given the name once may compare with that one for ever.]],
    good = "Compares the certificate with the second host's name, and closes with bad_certificate.",
    bad = [[Sends its request to the second host: names are not compared at all, or only with the
        one that the board was configured with.]],
    spec = {"RFC 9110 section 4.3.4", "RFC 9525 section 6.3", "RFC 9525 section 6.6"},
    expect = "refuse",
    alerts = {"bad_certificate"},
    flaw = "name-unchecked",
    control = "HTTP-02",
    change = {
        second = {
            certs = {leaf = {subject = "CN=broker.bench.test", san = {dns("broker.bench.test")}}},
        },
    },
    differs = {"second.certs.leaf.subject", "second.certs.leaf.san"},
}
