-- SPDX-License-Identifier: Apache-2.0
-- The control of every case about the board's own certificate.
scenario{
    id = "CA-03",
    title = "Certificate asked for, its issuer listed",
    category = "identity",
    severity = "S2",
    server = [[The board has the identity that the bench issued. The server asks for a
        certificate, names the CA that issued the board's, and refuses the board without one.]],
    why = [[Most cloud brokers know their boards by certificate; a board that cannot show one
        cannot connect.]],
    good = [[Shows the certificate that it was issued, proves that it has its key, and delivers
        its message.]],
    bad = [[Sends an empty Certificate or another one than it was issued, signs with a key that
        does not belong to it, or sends certificates behind it that did not issue it.]],
    spec = {
        "RFC 5246 section 7.4.2",
        "RFC 5246 section 7.4.4",
        "RFC 5246 section 7.4.6",
        "RFC 5246 section 7.4.8",
        "RFC 8446 section 4.3.2",
        "RFC 8446 section 4.4.2",
        "RFC 8446 section 4.4.3",
    },
    expect = "accept",
    rules = {"certificate-sent", "own-key", "signature-right", "chain-complete"},
    flaw = {"certificate-withheld", "own-identity", "wrong-signing-key", "trusted-root-sent"},
    control = "POS-01",
    change = {
        identity = {recipe = "client"},
        tls = {client_auth = "require"},
    },
    differs = {"identity", "tls.client_auth"},
    needs = {client_auth = true},
}

scenario{
    id = "CA-03/tls12",
    title = "Certificate asked for, TLS 1.2",
    category = "identity",
    severity = "S2",
    server = [[The board has the identity that the bench issued. The server speaks TLS 1.2
        only, asks for a certificate and refuses the board without one.]],
    why = "The two versions sign different things, with code of their own.",
    good = "Shows its certificate and proves that it has its key.",
    bad = "Signs wrongly in this version: with another key, or over something else.",
    spec = {"RFC 5246 section 7.4.8", "RFC 8446 section 4.4.3"},
    expect = "accept",
    rules = {"certificate-sent", "own-key", "signature-right"},
    flaw = {"certificate-withheld", "wrong-signing-key"},
    control = "POS-01/tls12",
    change = {
        identity = {recipe = "client"},
        tls = {client_auth = "require"},
    },
    differs = {"identity", "tls.client_auth"},
    needs = {client_auth = true, tls = {"1.2"}},
}

scenario{
    id = "CA-03/tls13",
    title = "Certificate asked for, TLS 1.3",
    category = "identity",
    severity = "S2",
    server = [[The board has the identity that the bench issued. The server speaks TLS 1.3
        only, asks for a certificate and refuses the board without one.]],
    why = "The two versions sign different things, with code of their own.",
    good = "Shows its certificate and proves that it has its key.",
    bad = "Signs wrongly in this version: with another key, or over something else.",
    spec = {"RFC 5246 section 7.4.8", "RFC 8446 section 4.4.3"},
    expect = "accept",
    rules = {"certificate-sent", "own-key", "signature-right"},
    flaw = {"certificate-withheld", "wrong-signing-key"},
    control = "POS-01/tls13",
    change = {
        identity = {recipe = "client"},
        tls = {client_auth = "require"},
    },
    differs = {"identity", "tls.client_auth"},
    needs = {client_auth = true, tls = {"1.3"}},
}
