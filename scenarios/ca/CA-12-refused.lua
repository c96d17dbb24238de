-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CA-12/bad_certificate",
    title = "Identity refused with bad_certificate",
    category = "identity",
    severity = "S2",
    server = [[The board's identity is good, and the server refuses it with the fatal alert
        bad_certificate all the same, as after a revocation or a mistake in its list.]],
    why = "A fleet that is refused must neither bring its broker down nor throw its keys away.",
    good = "Notices, reports it, waits, and gets through once the broker takes it again.",
    bad = [[Takes it for a success, tries again in a hot loop, resets, or does not work with
        the next server any more.]],
    spec = {"RFC 8446 section 6.2", "RFC 5246 section 7.2.2"},
    expect = "cope",
    rules = {"reports-failure", "few-connections"},
    flaw = "reset-on-alert",
    control = "CA-03",
    change = {tls = {client_refusal = "bad_certificate"}},
    differs = {"tls.client_refusal"},
}

scenario{
    id = "CA-12/unsupported_certificate",
    title = "Identity refused with unsupported_certificate",
    category = "identity",
    severity = "S2",
    server = [[The board's identity is good, and the server refuses it with the fatal alert
        unsupported_certificate all the same, as after a revocation or a mistake in its list.]],
    why = "A fleet that is refused must neither bring its broker down nor throw its keys away.",
    good = "Notices, reports it, waits, and gets through once the broker takes it again.",
    bad = [[Takes it for a success, tries again in a hot loop, resets, or does not work with
        the next server any more.]],
    spec = {"RFC 8446 section 6.2", "RFC 5246 section 7.2.2"},
    expect = "cope",
    rules = {"reports-failure", "few-connections"},
    flaw = "reset-on-alert",
    control = "CA-03",
    change = {tls = {client_refusal = "unsupported_certificate"}},
    differs = {"tls.client_refusal"},
}

scenario{
    id = "CA-12/certificate_revoked",
    title = "Identity refused with certificate_revoked",
    category = "identity",
    severity = "S2",
    server = [[The board's identity is good, and the server refuses it with the fatal alert
        certificate_revoked all the same, as after a revocation or a mistake in its list.]],
    why = "A fleet that is refused must neither bring its broker down nor throw its keys away.",
    good = "Notices, reports it, waits, and gets through once the broker takes it again.",
    bad = [[Takes it for a success, tries again in a hot loop, resets, or does not work with
        the next server any more.]],
    spec = {"RFC 8446 section 6.2", "RFC 5246 section 7.2.2"},
    expect = "cope",
    rules = {"reports-failure", "few-connections"},
    flaw = "reset-on-alert",
    control = "CA-03",
    change = {tls = {client_refusal = "certificate_revoked"}},
    differs = {"tls.client_refusal"},
}

scenario{
    id = "CA-12/certificate_unknown",
    title = "Identity refused with certificate_unknown",
    category = "identity",
    severity = "S2",
    server = [[The board's identity is good, and the server refuses it with the fatal alert
        certificate_unknown all the same, as after a revocation or a mistake in its list.]],
    why = "A fleet that is refused must neither bring its broker down nor throw its keys away.",
    good = "Notices, reports it, waits, and gets through once the broker takes it again.",
    bad = [[Takes it for a success, tries again in a hot loop, resets, or does not work with
        the next server any more.]],
    spec = {"RFC 8446 section 6.2", "RFC 5246 section 7.2.2"},
    expect = "cope",
    rules = {"reports-failure", "few-connections"},
    flaw = "reset-on-alert",
    control = "CA-03",
    change = {tls = {client_refusal = "certificate_unknown"}},
    differs = {"tls.client_refusal"},
}

scenario{
    id = "CA-12/unknown_ca",
    title = "Identity refused with unknown_ca",
    category = "identity",
    severity = "S2",
    server = [[The board's identity is good, and the server refuses it with the fatal alert
        unknown_ca all the same, as after a revocation or a mistake in its list.]],
    why = "A fleet that is refused must neither bring its broker down nor throw its keys away.",
    good = "Notices, reports it, waits, and gets through once the broker takes it again.",
    bad = [[Takes it for a success, tries again in a hot loop, resets, or does not work with
        the next server any more.]],
    spec = {"RFC 8446 section 6.2", "RFC 5246 section 7.2.2"},
    expect = "cope",
    rules = {"reports-failure", "few-connections"},
    flaw = "reset-on-alert",
    control = "CA-03",
    change = {tls = {client_refusal = "unknown_ca"}},
    differs = {"tls.client_refusal"},
}

scenario{
    id = "CA-12/handshake_failure",
    title = "Identity refused with handshake_failure",
    category = "identity",
    severity = "S2",
    server = [[The board's identity is good, and the server refuses it with the fatal alert
        handshake_failure all the same, as after a revocation or a mistake in its list.]],
    why = "A fleet that is refused must neither bring its broker down nor throw its keys away.",
    good = "Notices, reports it, waits, and gets through once the broker takes it again.",
    bad = [[Takes it for a success, tries again in a hot loop, resets, or does not work with
        the next server any more.]],
    spec = {"RFC 8446 section 6.2", "RFC 5246 section 7.2.2"},
    expect = "cope",
    rules = {"reports-failure", "few-connections"},
    flaw = "reset-on-alert",
    control = "CA-03",
    change = {tls = {client_refusal = "handshake_failure"}},
    differs = {"tls.client_refusal"},
}
