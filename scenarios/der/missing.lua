-- SPDX-License-Identifier: Apache-2.0
missing{
    id = "DER-01",
    title = "Indefinite lengths instead of DER",
    reason = [[OpenSSL sends only certificates that it can parse, and in its own encoding; a
        server that writes its messages itself is needed.]],
}
missing{
    id = "DER-02",
    title = "Outer length too long or too short",
    reason = [[OpenSSL sends only certificates that it can parse, and in its own encoding; a
        server that writes its messages itself is needed.]],
}
missing{
    id = "DER-03",
    title = "Bytes behind the certificate or inside",
    reason = [[OpenSSL sends only certificates that it can parse, and in its own encoding; a
        server that writes its messages itself is needed.]],
}
missing{
    id = "DER-04",
    title = "Serial numbers: zero, negative, long, none",
    reason = [[OpenSSL sends only certificates that it can parse, and in its own encoding; a
        server that writes its messages itself is needed.]],
}
missing{
    id = "DER-05",
    title = "Certificate versions that do not exist",
    reason = [[OpenSSL sends only certificates that it can parse, and in its own encoding; a
        server that writes its messages itself is needed.]],
}
missing{
    id = "DER-06",
    title = "Mandatory field left out",
    reason = [[OpenSSL sends only certificates that it can parse, and in its own encoding; a
        server that writes its messages itself is needed.]],
}
missing{
    id = "DER-07",
    title = "A thousand nested sequences",
    reason = [[OpenSSL sends only certificates that it can parse, and in its own encoding; a
        server that writes its messages itself is needed.]],
}
missing{
    id = "DER-08",
    title = "Length of four gigabytes",
    reason = [[OpenSSL sends only certificates that it can parse, and in its own encoding; a
        server that writes its messages itself is needed.]],
}
missing{
    id = "DER-09",
    title = "Signatures with leading zeros, BER",
    reason = [[OpenSSL writes the signatures of the handshake and of certificates in DER only; a
        server that writes its messages itself is needed.]],
}
missing{
    id = "DER-10",
    title = "Key usage of no bits or too many",
    reason = [[OpenSSL sends only certificates that it can parse, and in its own encoding; a
        server that writes its messages itself is needed.]],
}
missing{
    id = "DER-11",
    title = "Very long subject",
    reason = [[OpenSSL sends only certificates that it can parse, and in its own encoding; a
        server that writes its messages itself is needed.]],
}
missing{
    id = "DER-12",
    title = "Random mutations of a good chain",
    reason = [[Most mutations can no longer be parsed, and OpenSSL sends only what it can parse;
        a server that writes its messages itself is needed.]],
}
