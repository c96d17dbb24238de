-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "NET-10",
    title = "Segments of 536 bytes",
    category = "robustness",
    severity = "S3",
    server = "The server announces a maximum segment of 536 bytes and sends no larger ones.",
    why = "Old modems and tunnels carry no more; a handshake then comes in many pieces.",
    good = "Puts the pieces together and connects.",
    bad = "Expects a message in one segment.",
    spec = {"RFC 9293 section 3.7.1"},
    expect = "accept",
    flaw = "fragments-refused",
    control = "POS-01",
    change = {net = {max_segment = 536}},
    differs = {"net"},
    deadline_ms = 20000,
}
