-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CH-21",
    title = "No session offered to another host",
    category = "identity",
    severity = "S3",
    server = "Nothing of its own: the ClientHellos of all connections of the run are read.",
    why = "A session tells the other host which board this is.",
    good = "Offers a session only to the host that gave it.",
    bad = "Offers its last session wherever it connects to.",
    spec = {"RFC 8446 section 4.6.1", "RFC 8446 section C.4"},
    expect = "observe",
    rules = {"session-elsewhere"},
    flaw = "session-to-any-host",
    control = "POS-01",
}
