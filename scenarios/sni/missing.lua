-- SPDX-License-Identifier: Apache-2.0
missing{
    id = "SNI-01",
    title = "server_name answered in wrong ways",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
