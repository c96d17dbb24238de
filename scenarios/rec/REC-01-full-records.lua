-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "REC-01/short",
    title = "Long server flight in short records",
    category = "interoperability",
    severity = "S3",
    server = "The server's certificate has nearly 16 KB, and comes in records of 2 KB.",
    why = [[A server may cut a message of the handshake into records as it likes, and small servers
        do.]],
    good = "Puts the pieces together and connects.",
    bad = [[Takes a message only when it comes in one record (mbedTLS 2.28 and older), or has no
        room for a certificate of this size: CHAIN-02 tells the two apart.]],
    spec = {"RFC 8446 section 5.1", "RFC 5246 section 6.2.1"},
    expect = "accept",
    flaw = "fragmented-message-refused",
    control = "POS-01",
    change = {certs = {leaf = {padding = 15500}}, tls = {max_send_fragment = 2048}},
    differs = {"certs.leaf.padding", "tls.max_send_fragment"},
}

scenario{
    id = "REC-01/full",
    title = "A record of full size",
    category = "interoperability",
    severity = "S2",
    server = "The server's certificate has nearly 16 KB and comes in one record.",
    why = [[Every server may send records of 16 KB unless the board has asked for smaller ones,
        and cloud brokers do.]],
    good = "Takes the record, or has asked for smaller ones (CH-15), which the server then sends.",
    bad = "Loses the connection: its receive buffer is smaller, and it did not say so.",
    spec = {"RFC 5246 section 6.2.1", "RFC 6066 section 4", "RFC 8449 section 4"},
    expect = "accept",
    flaw = "small-record-buffer",
    control = "POS-01",
    change = {certs = {leaf = {padding = 15500}}},
    differs = {"certs.leaf.padding"},
}
