-- SPDX-License-Identifier: Apache-2.0
-- One thing, an unknown extension, at the places that it takes: TLS 1.3, and a message that may
-- hold it.
scenario{
    id = "POS-13/certificate-request",
    title = "Unknown extension in the CertificateRequest",
    category = "interoperability",
    severity = "S3",
    server = [[The server speaks TLS 1.3 and asks for a certificate, which it does not insist on.
        Among the extensions of its request is one that nobody knows.]],
    why = [[Servers add such extensions on purpose, so that clients keep to the rule before a
        real one is invented.]],
    good = "Passes over the extension, sends its certificate or none, and delivers its message.",
    bad = "Refuses: the board takes every extension that it does not know for an error.",
    spec = {"RFC 8446 section 4.3.2", "RFC 8446 section 4.2", "RFC 8701 section 4"},
    expect = "accept",
    flaw = "unknown-tls-extension-refused",
    needs = {tls = {"1.3"}},
    control = "POS-01",
    change = {tls = {versions = {"1.3"}, client_auth = "request", unknown_extensions = true}},
    differs = {"tls.versions", "tls.client_auth", "tls.unknown_extensions"},
}

scenario{
    id = "POS-13/session-ticket",
    title = "Unknown extension in the NewSessionTicket",
    category = "interoperability",
    severity = "S3",
    server = [[The server speaks TLS 1.3 and sends a session ticket with an extension that nobody
        knows.]],
    why = "The message comes after the handshake, where small stacks expect nothing but data.",
    good = "Passes over the extension, or over the whole ticket, and delivers its message.",
    bad = "Closes: the board takes every extension that it does not know for an error.",
    spec = {"RFC 8446 section 4.6.1", "RFC 8701 section 4"},
    expect = "accept",
    flaw = "unknown-tls-extension-refused",
    needs = {tls = {"1.3"}},
    control = "POS-01",
    change = {tls = {versions = {"1.3"}, tickets = 1, unknown_extensions = true}},
    differs = {"tls.versions", "tls.tickets", "tls.unknown_extensions"},
}
