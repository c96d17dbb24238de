-- SPDX-License-Identifier: Apache-2.0
-- The control that most cases are paired with. What they change of it is written out, also where it
-- is the recipe's default, so that a pair can be read.
scenario{
    id = "POS-01",
    title = "Valid certificate of the trusted root",
    category = "interoperability",
    severity = "S1",
    server = [[The server sends one certificate: issued by the root that the board trusts, for the
        name that the board asked for, valid since 90 days and for 90 more. It speaks TLS 1.2
        and 1.3.]],
    why = [[A board that cannot reach a good server proves nothing when it refuses a bad one, and
        is of no use in the field.]],
    good = "Completes the handshake and delivers its message over MQTT.",
    bad = [[Never connects, or refuses the certificate: look at its trust store, its clock and its
        cipher suites.]],
    spec = {"RFC 5280 section 6.1", "RFC 5246 section 7.3", "RFC 7925 section 4.4"},
    expect = "accept",
    flaw = "ecdsa-refused",
    control = "POS-01",
    description = {
        host = host,
        certs = {
            leaf = {recipe = "leaf", issuer = "bench-root", subject = "CN=" .. host,
                    san = {dns(host)}, not_before = "-90d", not_after = "+90d"},
        },
    },
}

-- Cases about wildcards need a host with one label more.
scenario{
    id = "POS-01/deep-host",
    title = "Valid certificate for a host two labels below the domain",
    category = "interoperability",
    severity = "S1",
    server = [[As POS-01, but the board is sent to broker.site.bench.test, and the certificate
        names exactly that host.]],
    why = "Brokers of one site or one customer are often named like this.",
    good = "Completes the handshake and delivers its message over MQTT.",
    bad = [[Refuses: the board does not compare host names label by label, or has no room for a
        long one.]],
    spec = {"RFC 9525 section 6.3"},
    expect = "accept",
    flaw = "many-labels-refused",
    control = "POS-01",
    change = {
        host = "broker.site.bench.test",
        certs = {leaf = {subject = "CN=broker.site.bench.test",
                         san = {dns("broker.site.bench.test")}}},
    },
    differs = {"host", "certs.leaf.subject", "certs.leaf.san"},
}

-- Keys and signatures that an authority may change to without asking its boards.
local keys = {
    {
        id = "p384", title = "Valid certificate with a P-384 key", key = "p384",
        server = "As POS-01, but the certificate's key is on the curve P-384.",
        why = "Authorities that follow the advice of governments issue on P-384.",
        flaw = "ecdsa-p384-refused", types = {"ecdsa"},
    },
    {
        id = "ed25519", title = "Valid certificate with an Ed25519 key", key = "ed25519",
        server = "As POS-01, but the certificate's key is an Ed25519 key.",
        why = "Small boards gain most by Ed25519, and private authorities issue it.",
        flaw = "ed25519-refused", types = {"ed25519"},
    },
}

for _, row in ipairs(keys) do
    scenario{
        id = "POS-01/" .. row.id,
        title = row.title,
        category = "interoperability",
        severity = "S4",
        server = row.server,
        why = row.why,
        good = "Completes the handshake and delivers its message, or does not say that it can.",
        bad = "Says in its ClientHello that it knows the algorithm, and refuses the certificate.",
        spec = {"RFC 8446 section 4.2.3", "RFC 8422 section 5.1.1"},
        expect = "accept",
        flaw = row.flaw,
        control = "POS-01",
        change = {certs = {leaf = {key = row.key}}},
        differs = {"certs.leaf.key"},
        needs = {key_types = row.types},
    }
end

scenario{
    id = "POS-01/sha384",
    title = "Valid certificate signed with SHA-384",
    category = "interoperability",
    severity = "S3",
    server = "As POS-01, but the root has signed the certificate with SHA-384.",
    why = "Roots of public authorities with long keys sign with SHA-384.",
    good = "Verifies the signature and delivers its message.",
    bad = "Refuses: the board's TLS stack was built with SHA-256 only.",
    spec = {"RFC 5246 section 7.4.1.4.1", "RFC 8446 section 4.2.3"},
    expect = "accept",
    flaw = "sha384-refused",
    control = "POS-01",
    change = {certs = {leaf = {hash = "sha384"}}},
    differs = {"certs.leaf.hash"},
}
