-- SPDX-License-Identifier: Apache-2.0
-- One thing, certificates that are of no use, at three places: they exist, and they are sent.
scenario{
    id = "PATH-11",
    title = "Unrelated certificates behind the chain",
    category = "interoperability",
    severity = "S3",
    server = [[Behind the chain of POS-03 the server sends two certificates that have nothing to
        do with it.]],
    why = [[Servers with several names send the certificates of all their authorities; receivers
        have to look for what they need.]],
    good = "Leaves the two aside and delivers its message.",
    bad = "Refuses: the board takes every certificate that it is sent for a part of the path.",
    spec = {"RFC 8446 section 4.4.2"},
    expect = "accept",
    flaw = "extra-certificate-refused",
    control = "POS-03",
    change = {
        chain = {"leaf", "intermediate", "other", "stranger"},
        certs = {
            other = {recipe = "other-root"},
            stranger = {recipe = "intermediate", issuer = "other"},
        },
    },
    differs = {"chain", "certs.other", "certs.stranger"},
}
