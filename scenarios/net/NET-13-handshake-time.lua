-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "NET-13",
    title = "How long a connection takes",
    category = "robustness",
    severity = "S4",
    server = "Nothing of its own: all connections of the run are looked at together.",
    why = "What a handshake costs in time and energy decides how often a board may connect.",
    good = "Nothing to do: the times are told for comparison.",
    bad = "Nothing to do wrong.",
    spec = {"RFC 5246 section 7.3"},
    expect = "observe",
    rules = {"handshake-time"},
    control = "POS-01",
}
