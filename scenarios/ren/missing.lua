-- SPDX-License-Identifier: Apache-2.0
missing{
    id = "REN-01",
    title = "Server without renegotiation_info",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "REN-03",
    title = "renegotiation_info with wrong data",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "REN-04",
    title = "Renegotiation without end",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "REN-02",
    title = "Renegotiation by the server",
    reason = [[A broker that asks for renegotiation after CONNECT is needed; the TLS room has
        no such key yet.]],
}
