-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CA-08/tls12",
    title = "Proof of the key, TLS 1.2",
    category = "identity",
    severity = "S1",
    server = [[The board has the identity that the bench issued. The server of TLS 1.2 asks for
        a certificate and goes on whatever comes, so that the signature is seen even where the
        certificate would not do.]],
    why = "A certificate is public; only the signature proves that the board has its key.",
    good = "Signs the handshake with the key of the certificate that it shows.",
    bad = [[Signs with another key: certificate and key were exchanged apart, or the wrong slot
        of the secure element is used.]],
    spec = {"RFC 5246 section 7.4.8", "RFC 8446 section 4.4.3"},
    expect = "accept",
    rules = {"certificate-answered", "signature-right"},
    flaw = "wrong-signing-key",
    control = "POS-01/tls12",
    change = {
        identity = {recipe = "client"},
        tls = {client_auth = "request"},
    },
    differs = {"identity", "tls.client_auth"},
    needs = {client_auth = true, tls = {"1.2"}},
}

scenario{
    id = "CA-08/tls13",
    title = "Proof of the key, TLS 1.3",
    category = "identity",
    severity = "S1",
    server = [[The board has the identity that the bench issued. The server of TLS 1.3 asks for
        a certificate and goes on whatever comes, so that the signature is seen even where the
        certificate would not do.]],
    why = "A certificate is public; only the signature proves that the board has its key.",
    good = "Signs the handshake with the key of the certificate that it shows.",
    bad = [[Signs with another key: certificate and key were exchanged apart, or the wrong slot
        of the secure element is used.]],
    spec = {"RFC 5246 section 7.4.8", "RFC 8446 section 4.4.3"},
    expect = "accept",
    rules = {"certificate-answered", "signature-right"},
    flaw = "wrong-signing-key",
    control = "POS-01/tls13",
    change = {
        identity = {recipe = "client"},
        tls = {client_auth = "request"},
    },
    differs = {"identity", "tls.client_auth"},
    needs = {client_auth = true, tls = {"1.3"}},
}
