-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CA-13",
    title = "Identity refused after the handshake",
    category = "identity",
    severity = "S3",
    server = [[The server speaks TLS 1.3 and refuses the board's identity with
        certificate_revoked. The board's handshake is complete by then, and its CONNECT may be
        on its way.]],
    why = [[In TLS 1.3 a client learns only after its Finished that its certificate was
        refused; what it sent meanwhile is lost.]],
    good = [[Takes the alert for what it is: reports a failure, and does not send the message
        again at once.]],
    bad = "Reports success, or sends the same message again and again.",
    spec = {"RFC 8446 section 4.4.2.4", "RFC 8446 section 6.2"},
    expect = "cope",
    rules = {"reports-failure", "few-connections"},
    flaw = "result-unchecked",
    control = "CA-03/tls13",
    change = {tls = {client_refusal = "certificate_revoked"}},
    differs = {"tls.client_refusal"},
    needs = {tls = {"1.3"}},
}
