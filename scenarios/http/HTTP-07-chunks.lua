-- SPDX-License-Identifier: Apache-2.0
-- The control of HTTP-08.
scenario{
    id = "HTTP-07",
    title = "Answer in chunks",
    category = "interoperability",
    severity = "S2",
    server = [[The web server sends its answer of 3000 bytes in chunks of 100, without
        Content-Length.]],
    why = [[Servers that make their answers as they go send them like that; every client of HTTP/1.1
        has to take it.]],
    good = "Puts the chunks together.",
    bad = "Fails, or reports the sizes of the chunks as part of what it fetched.",
    spec = {"RFC 9112 section 7.1"},
    expect = "accept",
    flaw = "chunks-refused",
    control = "HTTP-01",
    change = {http = {framing = "chunked", chunk = 100, body_bytes = 3000}},
    differs = {"http"},
}
