-- SPDX-License-Identifier: Apache-2.0
missing{
    id = "VER-01",
    title = "SSL 2.0 and SSL 3.0",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "VER-04",
    title = "Versions that were not offered",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "VER-05",
    title = "Downgrade sentinel to TLS 1.2",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "VER-06",
    title = "Downgrade sentinel to TLS 1.1",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "VER-09",
    title = "GREASE version selected",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "VER-10",
    title = "supported_versions in the wrong place",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "VER-12",
    title = "Port 8883 closed, broker without TLS at 1883",
    reason = "One service is served at a time; a second one beside it is needed.",
}
