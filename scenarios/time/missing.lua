-- SPDX-License-Identifier: Apache-2.0
missing{
    id = "TIME-18",
    title = "Certificate without validity",
    reason = [[OpenSSL sends certificates only that it can parse, and without a validity it
        cannot; a server that writes its messages itself is needed.]],
}
