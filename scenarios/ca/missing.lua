-- SPDX-License-Identifier: Apache-2.0
missing{
    id = "CA-10",
    title = "Client certificate with its intermediates",
    reason = [[Boards are issued a certificate directly below the CA that the broker knows, and
        hold one certificate; whether a longer chain is sent in order is looked at in CA-03
        for boards with an identity of their own.]],
}
missing{
    id = "CA-19",
    title = "Certificate asked for after the handshake of TLS 1.3",
    reason = [[OpenSSL refuses to ask a client that did not offer it; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "CA-21",
    title = "Renegotiation and fragmented requests with client authentication",
    reason = [[OpenSSL neither fragments a CertificateRequest nor sends a list of CAs that does
        not fit into a record; a server that writes its messages itself is needed.]],
}
missing{
    id = "CA-09",
    title = "Key of the certificate is the board's own",
    reason = [[The bench issues the key together with the certificate and sees no request of the
        board's (CSR), so that there is no known key to compare; that the board has the private
        key of its certificate is CA-08.]],
}
