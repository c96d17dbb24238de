-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "NET-11",
    title = "700 ms of latency",
    category = "robustness",
    severity = "S3",
    server = "Everything that the server sends arrives 700 ms later.",
    why = "Mobile networks answer like this; a handshake takes several round trips.",
    good = "Waits, and connects.",
    bad = "Gives up because its limits were made for a desk.",
    spec = {"RFC 7925 section 11"},
    expect = "accept",
    flaw = "timeout-short",
    control = "POS-01",
    change = {net = {delay_tx_ms = 700}},
    differs = {"net"},
    deadline_ms = 20000,
}
