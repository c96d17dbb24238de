-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "LONG-08",
    title = "No reset in any scenario",
    category = "robustness",
    severity = "S1",
    server = "Nothing of its own: all connections of the run are looked at together.",
    why = [[A board that resets when a server misbehaves can be kept from working by anybody on
        the network.]],
    good = "Runs through all servers of the run without a crash or a reset of its own.",
    bad = "Crashes, or its watchdog fires: the reason says with which server first.",
    spec = {"EN 303 645 section 5.9 (provision 5.9-1)"},
    expect = "observe",
    rules = {"no-resets"},
    flaw = "reset-on-alert",
    control = "POS-01",
}
