-- SPDX-License-Identifier: Apache-2.0
-- Over POS-01, so that a board that shows no certificate fails here and not in the control.
scenario{
    id = "CA-02",
    title = "Certificate asked for, no CA listed",
    category = "identity",
    severity = "S2",
    server = [[The board has the identity that the bench issued. The server asks for a
        certificate, names no CA, and refuses the board without one.]],
    why = "Several brokers send an empty list, which stands for any CA.",
    good = "Shows its certificate.",
    bad = "Finds no CA that it knows in the list, and sends an empty Certificate.",
    spec = {"RFC 5246 section 7.4.4", "RFC 8446 section 4.2.4"},
    expect = "accept",
    rules = {"certificate-sent", "own-key", "signature-right"},
    flaw = {"certificate-withheld", "wrong-signing-key"},
    control = "POS-01",
    change = {
        identity = {recipe = "client"},
        tls = {client_auth = "require", client_ca_names = "none"},
    },
    differs = {"identity", "tls.client_auth", "tls.client_ca_names"},
    needs = {client_auth = true},
}
