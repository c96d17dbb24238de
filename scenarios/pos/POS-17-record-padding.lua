-- SPDX-License-Identifier: Apache-2.0
-- Records without any data, the other half of the row, are not sent by OpenSSL.
scenario{
    id = "POS-17",
    title = "Padded records in TLS 1.3",
    category = "interoperability",
    severity = "S4",
    server = [[The server speaks TLS 1.3 and pads each of its records to a multiple of 1024
        bytes, so that their length tells nothing.]],
    why = [[Padding is part of TLS 1.3; a client that cannot take it off is cut off the day a
        server begins with it.]],
    good = "Takes the padding off and delivers its message.",
    bad = "Closes, or takes the padding for data.",
    spec = {"RFC 8446 section 5.4"},
    expect = "accept",
    flaw = "record-padding-refused",
    needs = {tls = {"1.3"}},
    control = "POS-01",
    change = {tls = {versions = {"1.3"}, record_padding = 1024}},
    differs = {"tls.versions", "tls.record_padding"},
}
