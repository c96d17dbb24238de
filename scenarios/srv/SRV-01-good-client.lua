-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SRV-01",
    title = "Client with the right certificate",
    role = "server",
    category = "interoperability",
    severity = "S1",
    server = [[The bench comes as a client with a certificate of the CA that the board trusts, and
        asks for something.]],
    why = "A board that serves nobody proves nothing when it refuses a bad client.",
    good = "Completes the handshake and answers.",
    bad = "Serves nobody: look at its certificate, its clock and the CA of its clients.",
    spec = {"RFC 8446 section 4.4.2"},
    expect = "accept",
    control = "SRV-01",
    flaw = "client-ca-missing",
    description = {
        service = "wwep-tls",
        certs = {leaf = {recipe = "client", not_before = "-90d", not_after = "+90d"}},
        identity = {recipe = "leaf", not_before = "-90d", not_after = "+90d"},
    },
}
