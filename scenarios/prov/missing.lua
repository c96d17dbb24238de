-- SPDX-License-Identifier: Apache-2.0
missing{
    id = "PROV-01",
    title = "Certificate request that proves possession",
    reason = [[It belongs to provisioning, which the bench takes no part in: boards come to it
        with their keys and certificates.]],
}
missing{
    id = "PROV-02",
    title = "Key of the request is the key in use",
    reason = [[It belongs to provisioning, which the bench takes no part in: boards come to it
        with their keys and certificates.]],
}
missing{
    id = "PROV-03",
    title = "Subject of the request",
    reason = [[It belongs to provisioning, which the bench takes no part in: boards come to it
        with their keys and certificates.]],
}
missing{
    id = "PROV-04",
    title = "Request in DER",
    reason = [[It belongs to provisioning, which the bench takes no part in: boards come to it
        with their keys and certificates.]],
}
missing{
    id = "PROV-05",
    title = "Key made on the board",
    reason = "Where a key was made, and whether it was ever printed, does not show over TLS.",
}
missing{
    id = "PROV-06",
    title = "Two boards with one key",
    reason = "It takes two boards in one run; the bench tries one at a time.",
}
missing{
    id = "PROV-07",
    title = "Secure element locked",
    reason = [[Whether the zones of a secure element are locked is read from the chip itself; it
        does not show over TLS.]],
}
missing{
    id = "PROV-08",
    title = "Compressed certificates and back",
    reason = [[It belongs to provisioning, which the bench takes no part in: boards come to it
        with their keys and certificates.]],
}
missing{
    id = "PROV-09",
    title = "Compressed certificate: year of issue",
    reason = [[It belongs to provisioning: the date is written into the chip when the
        certificate is stored, and the bench stores none. What a server sees of it is that the
        certificate has expired: CA-15.]],
}
missing{
    id = "PROV-10",
    title = "Compressed certificate: years of validity",
    reason = [[It belongs to provisioning, which the bench takes no part in: boards come to it
        with their keys and certificates.]],
}
missing{
    id = "PROV-11",
    title = "Dates beyond 2050",
    reason = [[It belongs to provisioning, which the bench takes no part in: boards come to it
        with their keys and certificates.]],
}
missing{
    id = "PROV-12",
    title = "Positive serial number",
    reason = [[It belongs to provisioning, which the bench takes no part in: boards come to it
        with their keys and certificates.]],
}
missing{
    id = "PROV-13",
    title = "Provisioning server with a bad certificate",
    reason = [[The bench speaks no provisioning protocol (EST, claims). The board's TLS is tried
        with the same certificates in PATH, NAME and TIME, also as a client of https.]],
}
missing{
    id = "PROV-14",
    title = "Provisioning interrupted",
    reason = [[It belongs to provisioning, which would have to be interrupted; the bench takes
        no part in it.]],
}
missing{
    id = "PROV-15",
    title = "Root replaced",
    reason = [[It belongs to provisioning, which the bench takes no part in: boards come to it
        with their keys and certificates.]],
}
missing{
    id = "PROV-16",
    title = "Trust store erased or damaged",
    reason = [[The trust store of the board would have to be destroyed; the bench only gives it
        a root.]],
}
missing{
    id = "PROV-17",
    title = "Forms of the root's file",
    reason = [[It belongs to provisioning, which the bench takes no part in: boards come to it
        with their keys and certificates.]],
}
missing{
    id = "PROV-18",
    title = "Certificate and key that do not belong together",
    reason = [[The bench issues pairs that belong together; a signature by another key is found
        by CA-08.]],
}
missing{
    id = "PROV-19",
    title = "Factory reset",
    reason = [[It belongs to provisioning, which the bench takes no part in: boards come to it
        with their keys and certificates.]],
}
missing{
    id = "PROV-20",
    title = "Verification left off in the release",
    reason = [[A firmware that verifies nothing fails PATH-01, NAME-01 and TIME-01; a case of
        its own would show the same once more.]],
}
