-- SPDX-License-Identifier: Apache-2.0
missing{
    id = "HS-01",
    title = "Wrong Finished in TLS 1.2",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "HS-02",
    title = "Wrong Finished in TLS 1.3",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "HS-03",
    title = "Wrong CertificateVerify in TLS 1.3",
    reason = [[Served as KEX-14/tls13: the server signs CertificateVerify with a key that is not
        its certificate's.]],
}
missing{
    id = "HS-04",
    title = "CertificateVerify left out",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "HS-05",
    title = "Certificate and CertificateVerify left out",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "HS-06",
    title = "CertificateVerify with PKCS #1 v1.5 or SHA-1",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "HS-07",
    title = "CertificateVerify with a scheme not offered",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "HS-08",
    title = "CertificateVerify with an empty signature",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "HS-09",
    title = "CertificateVerify made for a client",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "HS-10",
    title = "CertificateVerify on another curve than it says",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "HS-11",
    title = "HelloRetryRequest for a group that is needed",
    reason = [[Served among the cases of POS-18: the server wants another group than the one
        that the board sent a share of.]],
}
missing{
    id = "HS-12",
    title = "HelloRetryRequest that is wrong or comes twice",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "HS-13",
    title = "Extension that was not asked for",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "HS-14",
    title = "Extension at the wrong place",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "HS-15",
    title = "Extension that comes twice",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "HS-16",
    title = "Another session id in the answer",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "HS-17",
    title = "Key share missing, twice, or of another group",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "HS-18",
    title = "Lengths of messages off by one",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "HS-19",
    title = "Bytes behind a handshake message",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "HS-20",
    title = "Unknown handshake message",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "HS-21",
    title = "CertificateRequest at the wrong time",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "HS-22",
    title = "Malformed CertificateRequest",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "HS-23",
    title = "Compressed certificate that was not asked for",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "HS-24",
    title = "Raw public key that was not asked for",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
