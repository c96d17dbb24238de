-- SPDX-License-Identifier: Apache-2.0
-- One thing, whom the board connects to, at the places that say it. The control has a name: a
-- board that knows no addresses refuses NAME-19, and is right in refusing this.
scenario{
    id = "NAME-21",
    title = "Address written as a name",
    category = "name",
    severity = "S2",
    server = [[The board connects to 198.51.100.7; the certificate has this text as a dNSName,
        and no iPAddress.]],
    why = [[Numbers with dots between them are no host name; whoever takes them for one takes
        wildcards in them, too.]],
    good = "Compares addresses with addresses only, and closes with bad_certificate.",
    bad = "Completes the handshake: for the board an address is a text like any other.",
    spec = {"RFC 9525 section 6.4", "RFC 9525 section 7.4", "RFC 5280 section 4.2.1.6"},
    expect = "refuse",
    alerts = {"bad_certificate"},
    flaw = "ip-as-dns-text",
    needs = {isolated = true},
    control = "POS-01",
    change = {
        host = "198.51.100.7",
        certs = {leaf = {subject = "CN=Broker in the plant", san = {dns("198.51.100.7")}}},
    },
    differs = {"host", "certs.leaf.subject", "certs.leaf.san"},
}
