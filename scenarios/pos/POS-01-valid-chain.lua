-- SPDX-License-Identifier: Apache-2.0
-- The control that most cases are paired with. Its dates are written out, so that a case of another
-- date changes one of them and nothing else.
scenario{
    id = "POS-01",
    title = "Valid certificate of the trusted root",
    category = "interoperability",
    severity = "S1",
    server = [[The server sends one certificate: an ECDSA P-256 key, issued by the root that the
        board trusts, for the name that the board asked for, valid since 90 days and for 90 more.
        It speaks TLS 1.2 and 1.3.]],
    why = [[A board that cannot reach a good server proves nothing when it refuses a bad one, and
        is of no use in the field.]],
    good = "Completes the handshake and delivers its message over MQTT.",
    bad = [[Never connects, or refuses the certificate: look at its trust store, its clock and its
        cipher suites.]],
    spec = {"RFC 5280 section 6.1", "RFC 5246 section 7.3", "RFC 7925 section 4.4"},
    expect = "accept",
    control = "POS-01",
    description = {
        certs = {
            leaf = {recipe = "leaf", not_before = "-90d", not_after = "+90d"},
        },
    },
}
