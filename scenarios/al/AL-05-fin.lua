-- SPDX-License-Identifier: Apache-2.0
-- Two keys, one thing: where the connection ends, and that nothing announces it.
scenario{
    id = "AL-05",
    title = "Connection ended without close_notify",
    category = "robustness",
    severity = "S2",
    server = [[The server ends the TCP connection after its acknowledgement of the connection,
        without close_notify.]],
    why = [[An attacker can end a connection wherever he likes; only close_notify says that the
        other side meant it.]],
    good = "Takes what was not acknowledged for lost: reports a failure.",
    bad = "Takes its message for delivered.",
    spec = {"RFC 5246 section 7.2.1", "RFC 8446 section 6.1"},
    expect = "cope",
    rules = {"reports-failure"},
    flaw = "result-unchecked",
    control = "POS-01",
    change = {mqtt = {close_after = {"CONNACK"}}, net = {ending = "reset"}},
    differs = {"mqtt", "net"},
    deadline_ms = 20000,
}
