-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "AL-08",
    title = "close_notify before a connection is closed",
    category = "robustness",
    severity = "S4",
    server = "Nothing of its own: all connections of the run are looked at together.",
    why = [[Without it the other side cannot tell the end of a conversation from an attacker
        who cut the line.]],
    good = "Sends close_notify before it closes a connection that went well.",
    bad = "Closes the TCP connection only.",
    spec = {"RFC 5246 section 7.2.1", "RFC 8446 section 6.1"},
    expect = "observe",
    rules = {"close-notify"},
    flaw = "close-notify-missing",
    control = "POS-01",
}
