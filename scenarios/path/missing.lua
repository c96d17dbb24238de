-- SPDX-License-Identifier: Apache-2.0
missing{
    id = "PATH-24",
    title = "Certificate message without a certificate",
    reason = [[OpenSSL sends no empty Certificate message; a server that writes its messages
        itself is needed.]],
}
missing{
    id = "PATH-25",
    title = "No Certificate message, although the suite needs one",
    reason = [[OpenSSL leaves the message out only for anonymous and pre-shared-key suites; a
        server that writes its messages itself is needed.]],
}
