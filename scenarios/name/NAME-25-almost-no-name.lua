-- SPDX-License-Identifier: Apache-2.0
-- One thing, a name that is none, and a subject that must not be a second reason.
scenario{
    id = "NAME-25/empty",
    title = "Empty name",
    category = "name",
    severity = "S2",
    server = "The only dNSName of the certificate is empty.",
    why = "A comparison of as many bytes as the name has compares none, and finds no difference.",
    good = "Takes it for no name, and closes with bad_certificate.",
    bad = "Completes the handshake: an empty name matches everything.",
    spec = {"RFC 5280 section 4.2.1.6", "RFC 9525 section 6.3"},
    expect = "refuse",
    alerts = {"bad_certificate"},
    flaw = "empty-name-accepted",
    control = "POS-01",
    change = {certs = {leaf = {subject = "CN=unrelated.test", san = {dns("")}}}},
    differs = {"certs.leaf.subject", "certs.leaf.san"},
}

-- One thing, the name that the certificate holds, at both places that hold it: what the subject
-- says must not be a second reason.
scenario{
    id = "NAME-25/leading-dot",
    title = "Name that begins with a dot",
    category = "name",
    severity = "S2",
    server = "The certificate is for \".bench.test\"; the board connects to broker.bench.test.",
    why = [[In name constraints, and in cookies, a dot at the beginning means everything below;
        in a name of a server it means nothing.]],
    good = "Takes it for no name, and closes with bad_certificate.",
    bad = "Completes the handshake: the board lets it match every host of the domain.",
    spec = {"RFC 5280 section 4.2.1.6", "RFC 9525 section 6.3"},
    expect = "refuse",
    alerts = {"bad_certificate"},
    flaw = "suffix-match",
    control = "POS-01",
    change = {certs = {leaf = {subject = "CN=.bench.test", san = {dns(".bench.test")}}}},
    differs = {"certs.leaf.subject", "certs.leaf.san"},
}
