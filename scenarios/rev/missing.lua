-- SPDX-License-Identifier: Apache-2.0
missing{
    id = "REV-05",
    title = "CRL that lists the server",
    reason = [[The bench serves no CRL: one service is served at a time, and a web server beside
        the broker is needed. Constrained devices need not fetch any (RFC 7925 section 4.4.3).]],
}
missing{
    id = "REV-07",
    title = "Replaced certificate is used on",
    reason = [[To a board without revocation a certificate that has been replaced is a good one:
        the case would be POS-01 once more. Whether staples are looked at is REV-01.]],
}
missing{
    id = "REV-08",
    title = "Staple that was not asked for",
    reason = [[OpenSSL sends a staple only to those who ask; a server that writes its messages
        itself is needed.]],
}
