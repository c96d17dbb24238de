-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "VER-11",
    title = "Server without TLS at the same port",
    category = "crypto",
    severity = "S0",
    server = "The broker at the board's port speaks MQTT without TLS.",
    why = [[A board that goes on without encryption because the server seems to want it gives
        everything to whoever stands in the path.]],
    good = "Closes the connection: the server's answer is no TLS.",
    bad = "Sends its CONNECT in the clear.",
    spec = {"RFC 9325 section 3.2", "EN 303 645 section 5.5 (provision 5.5-1)"},
    expect = "cope",
    rules = {"no-plain-text"},
    flaw = "plain-retry",
    control = "POS-01",
    change = {service = "mqtt"},
    differs = {"service"},
    deadline_ms = 20000,
}
