-- SPDX-License-Identifier: Apache-2.0
missing{
    id = "POS-13",
    title = "Unknown extension in NewSessionTicket and CertificateRequest",
    reason = [[OpenSSL writes extensions of its own choice into these messages only through an
        interface for extensions that a client offered; a server that writes its messages itself
        is needed.]],
}

missing{
    id = "POS-17",
    title = "Empty records and record padding",
    reason = [[OpenSSL sends no application data records without data, and the server description
        has no key for the padding of TLS 1.3; a server that writes its records itself is needed.]],
}
