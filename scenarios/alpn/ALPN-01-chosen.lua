-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "ALPN-01",
    title = "Protocol chosen that was not offered",
    category = "crypto",
    severity = "S3",
    server = "The board offers 'mqtt', and the server chooses 'h2', which it did not offer.",
    why = [[A protocol that nobody offered means that the two sides do not speak about the same
        thing (ALPACA).]],
    good = "Closes with illegal_parameter.",
    bad = "Goes on.",
    spec = {"RFC 9325 section 3.8", "RFC 7301 section 3.1", "RFC 7301 section 3.2"},
    expect = "refuse",
    alerts = {"illegal_parameter", "decode_error"},
    flaw = "alpn-unchecked",
    control = "ALPN-02/offered",
    change = {tls = {alpn_answer = "h2", alpn_required = false}},
    differs = {"tls.alpn_answer", "tls.alpn_required"},
    needs = {alpn = true},
}
