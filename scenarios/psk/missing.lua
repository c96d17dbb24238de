-- SPDX-License-Identifier: Apache-2.0
missing{
    id = "PSK-02",
    title = "Server with another pre-shared key",
    reason = [[OpenSSL checks the board's side first and ends the handshake; a server that goes
        on with a key of its own is needed.]],
}
missing{
    id = "PSK-04",
    title = "Selected identity out of range",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "PSK-05",
    title = "Key exchange by the shared key alone though not offered",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "PSK-06",
    title = "One pre-shared key on several boards",
    reason = "The keys are the bench's; fleets are compared when boards bring their own.",
}
missing{
    id = "PSK-07",
    title = "Certificate in a handshake with a shared key",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
