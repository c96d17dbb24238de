-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CA-11/tls12",
    title = "Identity expired, TLS 1.2",
    category = "identity",
    severity = "S2",
    server = [[The identity that the board was issued ended yesterday. The server, of TLS 1.2,
        refuses it with certificate_expired.]],
    why = [[Every certificate ends one day, mostly unnoticed; what a board does then decides
        between a visit and a new certificate.]],
    good = "Notices, reports it, and does not try again at once and without end.",
    bad = "Tries again in a hot loop, takes it for a success, or resets.",
    spec = {
        "RFC 8446 section 6.2",
        "RFC 5246 section 7.2.2",
        "EN 303 645 section 5.9 (provision 5.9-3)",
    },
    expect = "cope",
    rules = {"reports-failure", "few-connections", "signature-right"},
    flaw = {"reset-on-alert"},
    control = "CA-03/tls12",
    change = {identity = {not_after = "-1d"}},
    differs = {"identity.not_after"},
    needs = {tls = {"1.2"}},
}

scenario{
    id = "CA-11/tls13",
    title = "Identity expired, TLS 1.3",
    category = "identity",
    severity = "S2",
    server = [[The identity that the board was issued ended yesterday. The server, of TLS 1.3,
        refuses it with certificate_expired, after the board takes the handshake for finished.]],
    why = [[Every certificate ends one day, mostly unnoticed; what a board does then decides
        between a visit and a new certificate.]],
    good = "Notices, reports it, and does not try again at once and without end.",
    bad = "Tries again in a hot loop, takes it for a success, or resets.",
    spec = {
        "RFC 8446 section 6.2",
        "RFC 5246 section 7.2.2",
        "EN 303 645 section 5.9 (provision 5.9-3)",
    },
    expect = "cope",
    rules = {"reports-failure", "few-connections", "signature-right"},
    flaw = {"reset-on-alert"},
    control = "CA-03/tls13",
    change = {identity = {not_after = "-1d"}},
    differs = {"identity.not_after"},
    needs = {tls = {"1.3"}},
}
