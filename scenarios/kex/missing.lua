-- SPDX-License-Identifier: Apache-2.0
missing{
    id = "KEX-02",
    title = "Composite modulus, small subgroup",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "KEX-03",
    title = "Degenerate Diffie-Hellman values",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "KEX-04",
    title = "Point that is not on the curve",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "KEX-05",
    title = "X25519 with a secret of zeros",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "KEX-06",
    title = "Curve that was not offered",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "KEX-07",
    title = "Other point formats, cut shares",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "KEX-08",
    title = "Explicit curve",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "KEX-10",
    title = "Signature missing or empty",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "KEX-11",
    title = "Signature with an algorithm that was not offered",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "KEX-12",
    title = "ServerKeyExchange left out",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "KEX-13",
    title = "ServerKeyExchange of an older handshake",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "KEX-15",
    title = "The same ephemeral key in all sessions",
    reason = "OpenSSL makes a new key for each connection.",
}
