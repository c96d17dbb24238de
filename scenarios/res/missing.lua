-- SPDX-License-Identifier: Apache-2.0
missing{
    id = "RES-02",
    title = "Session resumed with another suite or version",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "RES-04",
    title = "Ticket lifetimes out of range",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "RES-05",
    title = "Empty and huge tickets",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "RES-06",
    title = "Resumption claimed that never was",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "RES-09",
    title = "0-RTT accepted though not offered",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "RES-08",
    title = "State of sessions over a restart",
    reason = "What a board keeps in its flash is not seen over TLS; it would have to be read out.",
}
