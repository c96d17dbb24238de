-- SPDX-License-Identifier: Apache-2.0
-- One thing, whose certificate is sent, at two places: it exists, and it is sent.
scenario{
    id = "EXT-17",
    title = "Another device's certificate, used by a server",
    category = "trust",
    severity = "S0",
    server = [[The server sends the certificate that another device of the same fleet was issued
        by the root that this board trusts, and holds its key. It has that device's name and is
        for clients.]],
    why = [[Where one authority serves brokers and devices, the key from one opened device would
        be the broker of the whole fleet.]],
    good = "Sees that the certificate is neither for servers nor for its broker, and closes.",
    bad = [[Completes the handshake: the board accepts everything of its authority, and one stolen
        device reads the others' passwords.]],
    spec = {"RFC 5280 section 4.2.1.12", "RFC 9525 section 6.6"},
    expect = "refuse",
    alerts = {"unsupported_certificate", "bad_certificate", "certificate_unknown"},
    flaw = "chain-unchecked",
    control = "POS-01",
    change = {
        chain = {"device"},
        certs = {
            device = {recipe = "client", issuer = "bench-root", subject = "CN=device-0042"},
        },
    },
    differs = {"chain", "certs.device"},
}
