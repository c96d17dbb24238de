-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "HTTP-08",
    title = "Answer in chunks without the last one",
    category = "robustness",
    severity = "S1",
    server = [[The web server sends fifteen of thirty chunks whole and closes the connection as if
        that were all, with close_notify.]],
    why = "Where no length is announced, the last chunk is all that says that the answer is whole.",
    good = "Misses the last chunk, which has the size 0, and reports a failure.",
    bad = "Reports success with what has come so far.",
    spec = {"RFC 9112 section 8"},
    expect = "cope",
    rules = {"short-answer"},
    flaw = "last-chunk-unawaited",
    control = "HTTP-07",
    change = {http = {truncate_after = 1500}},
    differs = {"http.truncate_after"},
}
