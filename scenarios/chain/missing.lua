-- SPDX-License-Identifier: Apache-2.0
missing{
    id = "CHAIN-05",
    title = "Message that announces sixteen megabytes",
    reason = [[OpenSSL writes the true length of its messages; a server that writes its messages
        itself is needed.]],
}
