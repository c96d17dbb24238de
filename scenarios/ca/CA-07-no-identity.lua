-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CA-07",
    title = "Certificate asked for, and the board has none",
    category = "identity",
    severity = "S3",
    server = [[The board has no identity. The server asks for a certificate and goes on without
        one.]],
    why = [[The Certificate message is there even when it is empty; a client that leaves it out
        breaks the handshake.]],
    good = "Sends an empty Certificate and goes on.",
    bad = "Leaves the message out, or gives up, though the broker would take its password.",
    spec = {"RFC 5246 section 7.4.6", "RFC 8446 section 4.4.2"},
    expect = "accept",
    rules = {"certificate-answered"},
    flaw = "empty-certificate-refused",
    control = "POS-01",
    change = {tls = {client_auth = "request"}},
    differs = {"tls.client_auth"},
}
