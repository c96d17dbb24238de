-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "VER-12",
    title = "Port 8883 closed, broker without TLS at 1883",
    category = "crypto",
    severity = "S0",
    server = [[The port with TLS resets every connection; beside it a broker without TLS takes
        anybody.]],
    why = [[To reset connections takes no key and no certificate, only a place on the path; a board
        that gives in to it has no TLS that anybody would need to break.]],
    good = "Gives up, and does not go to the other port.",
    bad = "Sends its CONNECT to the port without TLS.",
    spec = {"RFC 9325 section 3.2", "EN 303 645 section 5.5 (provision 5.5-1)"},
    expect = "cope",
    rules = {"plain-unused"},
    flaw = "plain-retry",
    control = "MQ-41/beside",
    change = {net = {accept = "reset"}},
    differs = {"net"},
    deadline_ms = 20000,
}
