-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SRV-13",
    title = "Request without TLS",
    category = "crypto",
    severity = "S0",
    server = [[The bench sends its request to the TLS port without TLS.]],
    why = "Whoever reads along reads it all, and nobody has to show who he is.",
    good = "Closes the connection.",
    bad = "Answers, and so does without TLS what is to be done with it only.",
    spec = {"RFC 8446 section 5.1"},
    expect = "refuse",
    alerts = {"unexpected_message", "protocol_version", "decode_error", "handshake_failure",
        "record_overflow", "illegal_parameter"},
    control = "SRV-01",
    flaw = "plain-text-answered",
    change = {visit = {opening = "plain"}},
    differs = {"visit"},
}
