-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "POS-11",
    title = "Certificate without extended key usage",
    category = "interoperability",
    severity = "S3",
    server = [[The certificate says nothing about what its key may be used for beyond signing: it
        has no extended key usage.]],
    why = "Many private authorities, and most one-page instructions for openssl, write none.",
    good = "Takes the absence for no restriction and delivers its message.",
    bad = "Refuses: the board demands an extension that the rules do not demand.",
    spec = {"RFC 5280 section 4.2.1.12"},
    expect = "accept",
    flaw = "eku-demanded",
    control = "POS-01",
    change = {certs = {leaf = {extended_key_usage = {present = false}}}},
    differs = {"certs.leaf.extended_key_usage"},
}

scenario{
    id = "POS-11/key-usage",
    title = "Certificate without key usage",
    category = "interoperability",
    severity = "S3",
    server = "The certificate has no key usage extension.",
    why = [[The extension is demanded of authorities only; a server certificate without it may be
        used for anything.]],
    good = "Takes the absence for no restriction and delivers its message.",
    bad = "Refuses: the board reads a missing key usage as one that allows nothing.",
    spec = {"RFC 5280 section 4.2.1.3"},
    expect = "accept",
    flaw = "ku-demanded",
    control = "POS-01",
    change = {certs = {leaf = {key_usage = {present = false}}}},
    differs = {"certs.leaf.key_usage"},
}
