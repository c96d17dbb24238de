-- SPDX-License-Identifier: Apache-2.0
-- One thing, the issuer, at two places: the other root has to exist before it can issue.
scenario{
    id = "HTTP-03",
    title = "Redirect to a host of a root that the board does not trust",
    category = "trust",
    severity = "S0",
    server = [[The web server has a good certificate and answers with 302; the certificate of the
        host that it names comes from an authority that the board has never heard of.]],
    why = [[A library that opens a new connection for a redirect may open it with other settings;
        then whoever gets a redirect into an answer gets the request and what is in it.]],
    good = "Verifies the second host as it did the first, and closes with unknown_ca.",
    bad = "Sends its request to the second host: only the first connection was verified.",
    spec = {"RFC 9110 section 4.3.4", "RFC 5280 section 6.1", "RFC 8446 section 6.2"},
    expect = "refuse",
    alerts = {"unknown_ca"},
    flaw = "reconnect-unchecked",
    control = "HTTP-02",
    change = {second = {certs = {other = {recipe = "other-root"}, leaf = {issuer = "other"}}}},
    differs = {"second.certs.other", "second.certs.leaf.issuer"},
}
