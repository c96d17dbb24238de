-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "KEX-14/tls12",
    title = "Server without the key of its certificate, TLS 1.2",
    category = "trust",
    severity = "S0",
    server = [[The server of TLS 1.2 sends the broker's good certificate and signs with another
        key: somebody who has the certificate, as everybody can, and not the key.]],
    why = "Without this signature a certificate is worth nothing: it is public.",
    good = "Finds the signature wrong and closes with decrypt_error.",
    bad = [[Does not verify the signature: anybody who has seen the broker's certificate is the
        broker.]],
    spec = {"RFC 5246 section 7.4.3", "RFC 8446 section 4.4.3"},
    expect = "refuse",
    alerts = {"decrypt_error"},
    flaw = "server-key-unchecked",
    control = "POS-01/tls12",
    change = {certs = {thief = {recipe = "leaf"}}, tls = {key = "thief"}},
    differs = {"certs.thief", "tls.key"},
    needs = {tls = {"1.2"}},
}

scenario{
    id = "KEX-14/tls13",
    title = "Server without the key of its certificate, TLS 1.3",
    category = "trust",
    severity = "S0",
    server = [[The server of TLS 1.3 sends the broker's good certificate and signs with another
        key: somebody who has the certificate, as everybody can, and not the key.]],
    why = "Without this signature a certificate is worth nothing: it is public.",
    good = "Finds the signature wrong and closes with decrypt_error.",
    bad = [[Does not verify the signature: anybody who has seen the broker's certificate is the
        broker.]],
    spec = {"RFC 5246 section 7.4.3", "RFC 8446 section 4.4.3"},
    expect = "refuse",
    alerts = {"decrypt_error"},
    flaw = "server-key-unchecked",
    control = "POS-01/tls13",
    change = {certs = {thief = {recipe = "leaf"}}, tls = {key = "thief"}},
    differs = {"certs.thief", "tls.key"},
    needs = {tls = {"1.3"}},
}
