-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CA-01",
    title = "Certificate not asked for",
    category = "identity",
    severity = "S4",
    server = [[The board has the identity that the bench issued. The server asks for no
        certificate.]],
    why = [[A board has to work with brokers that know it by password, and keep its identity to
        itself there.]],
    good = "Connects and shows no certificate.",
    bad = "Refuses to go on, or takes the missing request for an error.",
    spec = {"RFC 8446 section 4.4.2", "RFC 5246 section 7.4.6"},
    expect = "accept",
    rules = {"certificate-late"},
    flaw = "certificate-request-demanded",
    control = "CA-03",
    change = {tls = {client_auth = null}},
    differs = {"tls.client_auth"},
}
