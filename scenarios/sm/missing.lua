-- SPDX-License-Identifier: Apache-2.0
missing{
    id = "SM-01",
    title = "Early ChangeCipherSpec",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "SM-02",
    title = "ChangeCipherSpec left out",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "SM-03",
    title = "Finished or application data first",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "SM-04",
    title = "Second ServerHello",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "SM-05",
    title = "Abbreviated handshake out of nothing",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "SM-06",
    title = "Messages left out or out of order",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "SM-07",
    title = "Messages of TLS 1.2 in TLS 1.3",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "SM-08",
    title = "ChangeCipherSpec at the wrong time in TLS 1.3",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "SM-09",
    title = "EndOfEarlyData from the server",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "SM-10",
    title = "KeyUpdate too early, unknown, and without end",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "SM-11",
    title = "KeyUpdate that asks for one",
    reason = [[The bench's server has no way yet to ask for a KeyUpdate in the middle of a
        connection.]],
}
missing{
    id = "SM-12",
    title = "HelloRequest in the middle",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "SM-13",
    title = "Handshake message behind the Finished",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "SM-14",
    title = "Message across a change of keys",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "SM-15",
    title = "Promised ticket that does not come",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
