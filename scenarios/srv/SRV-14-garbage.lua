-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SRV-14",
    title = "Bytes that are no TLS",
    category = "robustness",
    severity = "S1",
    server = [[The bench sends 512 bytes that begin no protocol.]],
    why = "Every port that can be reached is sent such bytes by those who look for open ones.",
    good = "Closes the connection and serves the next client.",
    bad = "Crashes, or serves nobody any more.",
    spec = {"RFC 8446 section 5.1"},
    expect = "cope",
    control = "SRV-01",
    flaw = "garbage-crash",
    change = {visit = {opening = "garbage"}},
    differs = {"visit"},
}
