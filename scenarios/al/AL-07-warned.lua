-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "AL-07",
    title = "Warning about the server name",
    category = "interoperability",
    severity = "S4",
    server = "The server of TLS 1.2 sends the warning unrecognized_name and goes on.",
    why = "Servers that do not know the name may say so and go on; the certificate decides.",
    good = "Goes on, and connects because the certificate has the right name.",
    bad = [[Takes the warning for fatal: it cannot use such a broker, though nothing is wrong with
        the certificate.]],
    spec = {"RFC 6066 section 3", "RFC 5246 section 7.2.2"},
    expect = "accept",
    rules = {"few-connections"},
    flaw = "warning-fatal",
    control = "POS-01/tls12",
    change = {tls = {sni = "warn"}},
    differs = {"tls.sni"},
    needs = {tls = {"1.2"}},
}
