-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "TIME-06",
    title = "Intermediate expired yesterday",
    category = "time",
    severity = "S1",
    server = [[The server's own certificate is valid, but the intermediate CA that issued it was
        valid until yesterday.]],
    why = [[An authority's key is not kept safe for ever: after its end nothing that it signs may
        count.]],
    good = "Checks the dates of every certificate of the path and closes with certificate_expired.",
    bad = "Completes the handshake: the board checks the dates of the first certificate only.",
    spec = {"RFC 5280 section 6.1.3 (a)(2)", "RFC 5280 section 4.1.2.5"},
    expect = "refuse",
    alerts = {"certificate_expired"},
    flaw = "leaf-dates-only",
    control = "POS-03",
    change = {certs = {intermediate = {not_after = "-1d"}}},
    differs = {"certs.intermediate.not_after"},
}
