-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SRV-18",
    title = "One byte a record, slowly",
    category = "interoperability",
    severity = "S3",
    server = [[The bench sends its request in records of one byte, 30 ms apart: a third of a second
        in all.]],
    why = "A client that is a small board itself may be as slow; a stream has no messages.",
    good = "Waits for the rest of the request, and answers it.",
    bad = "Takes what came first for the whole request, or has no patience at all.",
    spec = {"RFC 8446 section 5.1"},
    expect = "accept",
    control = "SRV-01",
    flaw = "first-read-is-request",
    change = {visit = {chunk = 1, chunk_delay_ms = 30}},
    differs = {"visit"},
}
