-- SPDX-License-Identifier: Apache-2.0
missing{
    id = "AL-02",
    title = "Fatal alert after the handshake",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "AL-03",
    title = "Unknown alerts",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "AL-04",
    title = "close_notify in the handshake",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "AL-06",
    title = "Flood of warnings",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "AL-10",
    title = "Alerts in pieces, two in a record",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
