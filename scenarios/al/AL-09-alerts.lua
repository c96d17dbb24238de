-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "AL-09",
    title = "A refusal comes with an alert",
    category = "robustness",
    severity = "S4",
    server = "Nothing of its own: all connections of the run are looked at together.",
    why = "The alert is the only thing that tells whoever runs the server why the board went away.",
    good = [[Sends a fatal alert whenever it refuses a server. Whether it is the right one
        decides between pass and pass-soft of each case.]],
    bad = "Closes the connection without a word.",
    spec = {"RFC 5246 section 7.2.2", "RFC 8446 section 6.2"},
    expect = "observe",
    rules = {"alerts"},
    flaw = "alert-missing",
    control = "POS-01",
}
