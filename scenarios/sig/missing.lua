-- SPDX-License-Identifier: Apache-2.0
missing{
    id = "SIG-16",
    title = "Ed25519 certificate for a board that does not offer it",
    reason = [[OpenSSL does not send a certificate whose algorithm the client has not listed; the
        right use of Ed25519 is POS-01/ed25519.]],
}

missing{
    id = "SIG-18",
    title = "Certificate on a curve that the board does not list",
    reason = [[OpenSSL does not send a certificate on a curve that the client has not listed (up
        to TLS 1.2) or whose signature scheme it has not listed (TLS 1.3).]],
}

missing{
    id = "SIG-19",
    title = "Chain signed with ML-DSA",
    reason = [[OpenSSL 3.0 has no ML-DSA: neither keys nor signatures of that kind can be made.
        An algorithm that a board does not know is SIG-05.]],
}
