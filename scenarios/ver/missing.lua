-- SPDX-License-Identifier: Apache-2.0
missing{
    id = "VER-04",
    title = "Version that was not offered",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "VER-05",
    title = "Mark of a downgrade to TLS 1.2",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "VER-06",
    title = "Mark of a downgrade to TLS 1.1",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "VER-09",
    title = "Reserved version (GREASE) chosen",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "VER-10",
    title = "supported_versions at the wrong place or twice",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "VER-01",
    title = "Server of SSL 2.0 or 3.0",
    reason = [[OpenSSL 3 has no SSL 2.0 and no SSL 3.0; a server that writes its messages itself
        is needed.]],
}
