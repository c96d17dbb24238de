-- SPDX-License-Identifier: Apache-2.0
-- The field's table has 50 ms between the bytes, which takes a minute for each connection; what
-- is tested is where segments end, and a millisecond shows it. NET-03 is about time.
scenario{
    id = "POS-15",
    title = "Handshake in segments of one byte",
    category = "interoperability",
    severity = "S2",
    server = "The server sends its handshake one byte at a time, a millisecond apart.",
    why = "TCP is a stream: where a segment ends means nothing, and a network may cut it anywhere.",
    good = "Puts the pieces together and connects.",
    bad = "Expects a record, or its header, in one segment.",
    spec = {"RFC 9293 section 3.7", "RFC 8446 section 5.1"},
    expect = "accept",
    flaw = "fragments-refused",
    control = "POS-01",
    change = {net = {chunk_tx = 1, chunk_delay_ms = 1}},
    differs = {"net"},
    deadline_ms = 20000,
}
