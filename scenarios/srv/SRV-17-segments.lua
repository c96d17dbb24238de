-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SRV-17",
    title = "A few bytes a segment",
    category = "interoperability",
    severity = "S2",
    server = [[Everything that the bench sends comes in TCP segments of seven bytes, 3 ms apart.]],
    why = "TCP promises bytes in order and nothing else: a network may cut them anywhere.",
    good = "Reads on until a record is whole, and answers.",
    bad = "Gives up: it takes one read for one record.",
    spec = {"RFC 9293 section 3.8"},
    expect = "accept",
    control = "SRV-01",
    flaw = "record-in-one-read",
    change = {net = {chunk_tx = 7, chunk_delay_ms = 3}},
    differs = {"net"},
}
