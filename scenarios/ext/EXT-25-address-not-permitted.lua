-- SPDX-License-Identifier: Apache-2.0
-- One thing, an address that is not permitted, at the places that say it. As in NAME-20 the
-- control has a name: a board that knows no addresses is right in refusing.
scenario{
    id = "EXT-25",
    title = "Address that the intermediate may not give away",
    category = "trust",
    severity = "S2",
    server = [[The board connects to 198.51.100.7 and the certificate is for it; the name
        constraints of the intermediate permit 192.0.2.0/24 only.]],
    why = "An authority of one plant must not issue for the addresses of another.",
    good = "Applies the constraints to addresses as well, or does not know them, and closes.",
    bad = [[Completes the handshake: the board applies constraints to names of hosts only, or not
        at all.]],
    spec = {"RFC 5280 section 4.2.1.10", "RFC 5280 section 6.1.3 (b)"},
    expect = "refuse",
    alerts = {"unsupported_certificate", "bad_certificate", "certificate_unknown", "unknown_ca"},
    flaw = "name-constraints-unchecked",
    needs = {isolated = true},
    control = "POS-03",
    change = {
        host = "198.51.100.7",
        certs = {
            intermediate = {name_constraints = {permitted = {ip("192.0.2.0/24")}, critical = true}},
            leaf = {subject = "CN=Broker in the plant", san = {ip("198.51.100.7")}},
        },
    },
    differs = {
        "host", "certs.intermediate.name_constraints", "certs.leaf.subject", "certs.leaf.san"},
}
