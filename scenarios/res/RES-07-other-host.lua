-- SPDX-License-Identifier: Apache-2.0
-- The name of the other host stands in its certificate and where the board connects to.
scenario{
    id = "RES-07/tls12",
    title = "Session offered to another host, TLS 1.2",
    category = "identity",
    severity = "S3",
    server = [[The board connects to its broker, which gives it a session, and then to another
        host with a good certificate of its own.]],
    why = [[A session tells the other host which board this is, and may let it in where it has
        no certificate.]],
    good = "Offers the session to the host that gave it, and to no other.",
    bad = "Offers its last session wherever it connects to.",
    spec = {"RFC 6066 section 3"},
    expect = "accept",
    rules = {"session-elsewhere"},
    flaw = "session-to-any-host",
    control = "POS-01/tls12",
    steps = {
        {title = "a session with the broker", change = {tls = {session_cache = true, tickets = 1}}},
        {title = "the same session again", change = {tls = {session_cache = true, tickets = 1}}},
    },
    change = {
        host = "second.bench.test",
        certs = {leaf = {san = {"dns:second.bench.test"}, subject = "CN=second.bench.test"}},
        tls = {session_cache = true, tickets = 1},
    },
    differs = {"host", "certs.leaf.san", "certs.leaf.subject", "tls.session_cache", "tls.tickets"},
    needs = {tls = {"1.2"}},
}

-- The name of the other host stands in its certificate and where the board connects to.
scenario{
    id = "RES-07/tls13",
    title = "Session offered to another host, TLS 1.3",
    category = "identity",
    severity = "S3",
    server = [[The board connects to its broker, which gives it a session, and then to another
        host with a good certificate of its own.]],
    why = [[A session tells the other host which board this is, and may let it in where it has
        no certificate.]],
    good = "Offers the session to the host that gave it, and to no other.",
    bad = "Offers its last session wherever it connects to.",
    spec = {"RFC 8446 section 4.6.1", "RFC 8446 section C.4"},
    expect = "accept",
    rules = {"session-elsewhere"},
    flaw = "session-to-any-host",
    control = "POS-01/tls13",
    steps = {
        {title = "a session with the broker", change = {tls = {tickets = 2}}},
        {title = "the same session again", change = {tls = {tickets = 2}}},
    },
    change = {
        host = "second.bench.test",
        certs = {leaf = {san = {"dns:second.bench.test"}, subject = "CN=second.bench.test"}},
        tls = {tickets = 2},
    },
    differs = {"host", "certs.leaf.san", "certs.leaf.subject", "tls.tickets"},
    needs = {tls = {"1.3"}},
}
