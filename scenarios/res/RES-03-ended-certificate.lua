-- SPDX-License-Identifier: Apache-2.0
-- Two things, as the case needs a session to outlive its certificate.
scenario{
    id = "RES-03",
    title = "Session resumed after the certificate has ended",
    category = "trust",
    severity = "S2",
    server = [[The board has a session with its broker. The broker's certificate then ends, and
        the server would still resume the session.]],
    why = [[A client that resumes never sees a certificate again: one look at a good one lasts
        as long as the server likes.]],
    good = [[Makes a new handshake, sees the expired certificate, and refuses it; or does not
        resume at all, with the same end.]],
    bad = "Resumes the session: it outlives the certificate that it rests on.",
    spec = {"RFC 5246 section F.1.4", "RFC 8446 section 4.6.1"},
    expect = "refuse",
    alerts = {"certificate_expired"},
    rules = {"not-resumed"},
    flaw = {"dates-unchecked", "session-to-any-host"},
    control = "POS-01/tls12",
    steps = {
        {
            title = "a session with the good server",
            change = {tls = {session_cache = true, tickets = 1}},
        },
    },
    change = {
        certs = {leaf = {not_after = "-1d"}},
        tls = {session_cache = true, tickets = 1},
    },
    differs = {"certs.leaf.not_after", "tls.session_cache", "tls.tickets"},
    needs = {tls = {"1.2"}},
}
