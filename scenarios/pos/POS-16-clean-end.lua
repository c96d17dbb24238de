-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "POS-16",
    title = "Server ends the session with close_notify",
    category = "interoperability",
    severity = "S3",
    server = [[The broker closes the connection cleanly after its acknowledgement of the
        connection: close_notify, then the end of the TCP connection.]],
    why = "Brokers are restarted; a clean end is no error, and still nothing more will come.",
    good = "Notices, reports what it could not deliver, and gets through to the next server.",
    bad = "Hangs, or takes its message for delivered.",
    spec = {"RFC 5246 section 7.2.1", "RFC 8446 section 6.1"},
    expect = "cope",
    rules = {"reports-failure", "few-connections"},
    flaw = "result-unchecked",
    control = "POS-01",
    change = {mqtt = {close_after = {"CONNACK"}}},
    differs = {"mqtt"},
    deadline_ms = 20000,
}
