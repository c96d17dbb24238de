-- SPDX-License-Identifier: Apache-2.0
-- The control of every case about an intermediate.
scenario{
    id = "POS-03",
    title = "Valid chain with an intermediate",
    category = "interoperability",
    severity = "S1",
    server = [[The trusted root has issued an intermediate CA, and that one the server's
        certificate. The server sends both, its own first.]],
    why = [[Public authorities and most private ones issue through intermediates; a board that
        knows only the root has to build the path itself.]],
    good = "Builds the path to its root, completes the handshake and delivers its message.",
    bad = [[Refuses: the board looks for the issuer of the first certificate in its trust store
        only, or has no room for a second certificate.]],
    spec = {"RFC 5280 section 6.1", "RFC 5246 section 7.4.2", "RFC 8446 section 4.4.2"},
    expect = "accept",
    flaw = "intermediate-refused",
    control = "POS-01",
    change = {
        chain = {"leaf", "intermediate"},
        certs = {
            intermediate = {recipe = "intermediate"},
            leaf = {issuer = "intermediate"},
        },
    },
    differs = {"chain", "certs.intermediate", "certs.leaf.issuer"},
}

-- The control of cases about what stands above an intermediate.
scenario{
    id = "POS-03/two",
    title = "Valid chain with two intermediates",
    category = "interoperability",
    severity = "S2",
    server = [[The trusted root has issued a CA, that one a second one, and the second one the
        certificate of the server. The server sends all three in order.]],
    why = "Most public certificates and many industrial ones come below two intermediates.",
    good = [[Builds the path to its root over both, completes the handshake and delivers its
        message.]],
    bad = "Refuses: the board has room for two certificates, or follows one issuer only.",
    spec = {"RFC 5280 section 6.1", "RFC 8446 section 4.4.2"},
    expect = "accept",
    flaw = "second-intermediate-refused",
    control = "POS-03",
    change = {
        chain = {"leaf", "intermediate", "top"},
        certs = {
            top = {recipe = "intermediate"},
            intermediate = {issuer = "top"},
        },
    },
    differs = {"chain", "certs.top", "certs.intermediate.issuer"},
}
