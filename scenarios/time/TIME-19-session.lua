-- SPDX-License-Identifier: Apache-2.0
-- One thing, a certificate that ends during a session, at two places: the broker closes the
-- connection, and shows the ended certificate from then on.
scenario{
    id = "TIME-19/session",
    title = "Certificate that ends during a session",
    category = "time",
    severity = "S3",
    server = [[The board's session runs; the broker closes the connection at a PINGREQ. When the
        board comes back by itself, the certificate has ended.]],
    why = [[A session may outlive the certificate that it began with; a board that comes back is
        a new client to whoever answers, and has to look at everything again.]],
    good = "Comes back, and refuses the server.",
    bad = "Comes back and connects: what it verified once is trusted for ever.",
    spec = {"RFC 5280 section 6.1.3 (a)(2)"},
    expect = "cope",
    rules = {"stay-verifies"},
    flaw = {"reconnect-unchecked", "not-after-unchecked"},
    control = "MQ-21",
    change = {
        mqtt = {faults = {"disconnect PINGREQ count=1"}},
        later = {{after = 1, change = {certs = {leaf = {not_after = "-1s"}}}}},
    },
    differs = {"mqtt", "later"},
    lasts_ms = 3000,
}
