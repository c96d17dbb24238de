-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "HTTP-06",
    title = "Answer that ends before its Content-Length",
    category = "robustness",
    severity = "S1",
    server = [[The web server announces the length of its answer, sends the first half, and closes
        the connection as if that were all, with close_notify.]],
    why = [[What a board fetches is firmware or configuration; the half of it must not be taken
        for the whole.]],
    good = "Compares what came with Content-Length and reports a failure.",
    bad = "Reports success: the board reads until the connection ends and asks no further.",
    spec = {"RFC 9112 section 8"},
    expect = "cope",
    rules = {"short-answer"},
    flaw = "short-body-taken",
    control = "HTTP-01",
    change = {http = {truncate_after = 6}},
    differs = {"http"},
}
