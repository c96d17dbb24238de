-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "REC-12",
    title = "The board's own records keep to the agreed maximum",
    category = "interoperability",
    severity = "S3",
    server = "Nothing of its own: all connections of the run are looked at together.",
    why = [[A board that asks for short records has to send short ones as well; its server may
        have no room for others.]],
    good = "Sends no record above the maximum that both sides agreed on.",
    bad = "Sends longer ones: the limit was applied to what it receives only.",
    spec = {"RFC 6066 section 4"},
    expect = "observe",
    rules = {"own-record-size"},
    flaw = "own-records-unlimited",
    control = "POS-01",
}
