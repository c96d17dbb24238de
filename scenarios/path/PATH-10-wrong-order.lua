-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "PATH-10",
    title = "Intermediates in the wrong order",
    category = "interoperability",
    severity = "S4",
    server = [[The server sends its own certificate first, as it must, and then the two
        intermediates the wrong way round.]],
    why = [[Operators put files together by hand. TLS 1.3 asks receivers to cope; TLS 1.2 asks
        senders for the right order only.]],
    good = "Puts the path together itself and delivers its message.",
    bad = [[Refuses: the board expects each certificate to be issued by the next one. In TLS 1.2
        it may; it costs support calls.]],
    spec = {"RFC 8446 section 4.4.2", "RFC 5246 section 7.4.2"},
    expect = "accept",
    flaw = "chain-order-demanded",
    control = "POS-03/two",
    change = {chain = {"leaf", "top", "intermediate"}},
    differs = {"chain"},
}
