-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SRV-26",
    title = "Request behind a close_notify",
    category = "robustness",
    severity = "S3",
    server = [[The bench says close_notify and sends its request all the same.]],
    why = "What comes behind it has to be ignored; who answers has not noticed the end.",
    good = "Ignores the request and closes.",
    bad = "Crashes or hangs.",
    spec = {"RFC 8446 section 6.1"},
    expect = "cope",
    control = "SRV-01",
    flaw = "goodbye-crash",
    needs = {tls = {"1.2", "1.3"}},
    change = {visit = {before = "goodbye"}},
    differs = {"visit"},
}
