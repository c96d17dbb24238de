-- SPDX-License-Identifier: Apache-2.0
-- One thing, whom the board connects to, at the places that say it. The control has a name: a
-- board that knows no addresses refuses NAME-19, and is right in refusing this.
scenario{
    id = "NAME-20",
    title = "Certificate for another address",
    category = "name",
    severity = "S1",
    server = "The board connects to 198.51.100.7; the certificate is for 198.51.100.8.",
    why = [[Many stacks compare names only where they were given a name: with an address they
        compare nothing.]],
    good = "Compares the address and closes with bad_certificate.",
    bad = "Completes the handshake: with an address, any certificate of the authority will do.",
    spec = {"RFC 9525 section 6.4", "RFC 9525 section 6.6"},
    expect = "refuse",
    alerts = {"bad_certificate"},
    flaw = "ip-unchecked",
    needs = {isolated = true},
    control = "POS-01",
    change = {
        host = "198.51.100.7",
        certs = {leaf = {subject = "CN=Broker in the plant", san = {ip("198.51.100.8")}}},
    },
    differs = {"host", "certs.leaf.subject", "certs.leaf.san"},
}
