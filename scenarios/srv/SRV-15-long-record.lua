-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SRV-15",
    title = "Record that is longer than TLS allows",
    category = "robustness",
    severity = "S1",
    server = [[The bench sends the beginning of a record that announces 65535 bytes.]],
    why = [[Who believes a length from outside writes behind the end of its memory, or waits for
        ever.]],
    good = "Closes the connection, with record_overflow, and serves the next client.",
    bad = "Crashes, hangs, or waits for the rest.",
    spec = {"RFC 8446 section 5.1"},
    expect = "cope",
    control = "SRV-01",
    flaw = "record-length-crash",
    needs = {tls = {"1.2", "1.3"}},
    change = {visit = {opening = "long-record"}},
    differs = {"visit"},
}
