-- SPDX-License-Identifier: Apache-2.0
missing{
    id = "CIPH-01",
    title = "NULL suite chosen",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "CIPH-02",
    title = "Anonymous suite chosen",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "CIPH-03",
    title = "EXPORT suite",
    reason = [[Distributions build OpenSSL without these ciphers; a server that writes its
        messages itself is needed. What boards offer is CH-02.]],
}
missing{
    id = "CIPH-04",
    title = "RC4",
    reason = [[Distributions build OpenSSL without these ciphers; a server that writes its
        messages itself is needed. What boards offer is CH-02.]],
}
missing{
    id = "CIPH-05",
    title = "3DES, DES, IDEA",
    reason = [[Distributions build OpenSSL without these ciphers; a server that writes its
        messages itself is needed. What boards offer is CH-02.]],
}
missing{
    id = "CIPH-08",
    title = "Suite that was not offered",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "CIPH-09",
    title = "GREASE suite selected",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "CIPH-10",
    title = "Suite of another version",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "CIPH-11",
    title = "Certificate of another kind than the suite",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "CIPH-13",
    title = "Compression chosen",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
