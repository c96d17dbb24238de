-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CLK-14",
    title = "Clock half an hour slow",
    category = "time",
    severity = "S4",
    server = [[The board's clock is 29 minutes slow, which is two per cent of a day. The
        broker's certificate is an hour old.]],
    why = "Cheap oscillators drift by a few per cent; brokers renew certificates every day.",
    good = "Connects: the certificate is valid for its clock too.",
    bad = "Refuses, because it compares dates only by the day or keeps a margin of its own.",
    spec = {"RFC 5280 section 4.1.2.5"},
    expect = "accept",
    flaw = "not-before-margin",
    control = "POS-01",
    change = {board_time = "-29m", certs = {leaf = {not_before = "-1h"}}},
    differs = {"board_time", "certs.leaf.not_before"},
    needs = {clock = {"serial", "sntp"}},
}
