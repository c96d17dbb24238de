-- SPDX-License-Identifier: Apache-2.0
missing{
    id = "REC-02",
    title = "Records that are too long",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "REC-03",
    title = "Ciphertext or tag changed",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "REC-04",
    title = "CBC: MAC and padding wrong",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "REC-05",
    title = "Records replayed or reordered",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "REC-06",
    title = "Empty records",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "REC-07",
    title = "Unknown record type",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "REC-08",
    title = "Data inside a fragmented message",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "REC-09",
    title = "Records of padding only",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "REC-10",
    title = "Another maximum fragment length",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "REC-11",
    title = "Records above the agreed maximum",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "REC-14",
    title = "encrypt_then_mac with AEAD",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "REC-15",
    title = "Heartbeat with a wrong length",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "REC-16",
    title = "Plain text after the handshake",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
