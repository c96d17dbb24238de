-- SPDX-License-Identifier: Apache-2.0
missing{
    id = "EMS-01",
    title = "extended_master_secret gone at resumption",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
missing{
    id = "EMS-02",
    title = "extended_master_secret agreed and not used",
    reason = [[OpenSSL does not break the protocol in this way; a server that writes its
        messages itself is needed.]],
}
