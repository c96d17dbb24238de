-- SPDX-License-Identifier: Apache-2.0
-- One thing, whom the board connects to, at the places that say it. The control has a name: a
-- board that knows no addresses refuses NAME-19, and is right in refusing this.
scenario{
    id = "NAME-22",
    title = "Address in the common name only",
    category = "name",
    severity = "S2",
    server = [[The board connects to 198.51.100.7; the certificate has this text as its common
        name, and no subjectAltName.]],
    why = "Instructions for self-made certificates say to write it there; no rule ever did.",
    good = "Finds no address that counts and closes with bad_certificate.",
    bad = "Completes the handshake: the board falls back to the common name.",
    spec = {"RFC 9525 section 2", "RFC 9525 section 6.4"},
    expect = "refuse",
    alerts = {"bad_certificate"},
    flaw = "ip-in-cn",
    needs = {isolated = true},
    control = "POS-01",
    change = {
        host = "198.51.100.7",
        certs = {leaf = {subject = "CN=198.51.100.7", san = {}}},
    },
    differs = {"host", "certs.leaf.subject", "certs.leaf.san"},
}
