-- SPDX-License-Identifier: Apache-2.0
-- One thing, a second certificate of the same CA, at two places: it exists, and it is sent.
scenario{
    id = "PATH-14",
    title = "Two paths, and the first one has expired",
    category = "interoperability",
    severity = "S4",
    server = [[Two certificates of the same intermediate CA are sent, with the same name and key:
        an older one that expired yesterday, and the one that is valid.]],
    why = [[When an authority renews an intermediate, servers send both for years; in 2020 and
        2021 this took many devices off the net.]],
    good = "Tries the other certificate when the first one does not do, and delivers its message.",
    bad = [[Refuses with certificate_expired: the board takes the first issuer that fits and
        tries no other.]],
    spec = {"RFC 8446 section 4.4.2", "RFC 4158 section 2.4.2"},
    expect = "accept",
    flaw = "first-path-only",
    control = "POS-03",
    change = {
        chain = {"leaf", "old", "intermediate"},
        certs = {
            old = {recipe = "intermediate", key_label = "intermediate", not_after = "-1d",
                   subject = "CN=Assay Bench CA intermediate,O=Assay Bench"},
        },
    },
    differs = {"chain", "certs.old"},
}
