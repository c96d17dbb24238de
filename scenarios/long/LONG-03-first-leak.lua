-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "LONG-03",
    title = "What the wrong servers were told",
    category = "mqtt",
    severity = "S0",
    server = [[Nothing of its own: all servers of the run that have to be refused are looked at
        together.]],
    why = [[Whoever gets a connection that he should not have reads what comes first; what that is
        decides what it costs.]],
    good = "Tells them nothing.",
    bad = [[Sends its CONNECT: the reason lists what was in it, and what followed, in the order in
        which it was sent.]],
    spec = {"MQTT 3.1.1 section 5.4", "EN 303 645 section 5.5 (provision 5.5-1)"},
    expect = "observe",
    rules = {"first-leak"},
    flaw = "chain-unchecked",
    control = "POS-01",
}
