-- SPDX-License-Identifier: Apache-2.0
-- Records of fewer than 512 bytes, and several messages in one record, are not served by OpenSSL.
scenario{
    id = "POS-14/512",
    title = "Handshake messages in pieces of 512 bytes",
    category = "interoperability",
    severity = "S2",
    server = [[The server cuts its handshake messages into records of at most 512 bytes, so that
        its chain of two certificates arrives in more than one.]],
    why = [[Where one message ends has nothing to do with where a record ends; servers with
        little memory and servers with long chains cut them.]],
    good = "Puts the message together again and delivers its message.",
    bad = "Refuses or stands still: the board takes each record for a whole message.",
    spec = {"RFC 5246 section 6.2.1", "RFC 8446 section 5.1"},
    expect = "accept",
    flaw = "fragmented-message-refused",
    control = "POS-03",
    change = {tls = {max_send_fragment = 512}},
    differs = {"tls.max_send_fragment"},
}
