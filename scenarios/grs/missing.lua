-- SPDX-License-Identifier: Apache-2.0
missing{
    id = "GRS-01",
    title = "GREASE from the server",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
