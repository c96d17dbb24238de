-- SPDX-License-Identifier: Apache-2.0
-- Two keys, one thing: a server that insists would have to refuse the answer that is allowed
-- here.
scenario{
    id = "CA-04",
    title = "Certificate asked for, only other CAs listed",
    category = "identity",
    severity = "S3",
    server = [[The board has the identity that the bench issued. The server asks for a
        certificate and names a CA that has not issued the board's; it goes on whatever the
        board answers.]],
    why = [[The list is a hint for clients with several certificates; a board with one must not
        come to grief over it.]],
    good = "Shows its certificate, or an empty Certificate, and goes on.",
    bad = "Gives up, hangs or crashes.",
    spec = {"RFC 5246 section 7.4.6", "RFC 8446 section 4.4.2.3"},
    expect = "accept",
    rules = {"certificate-answered", "signature-right"},
    flaw = "certificate-refused",
    control = "CA-03",
    change = {tls = {client_auth = "request", client_ca_names = "other"}},
    differs = {"tls.client_auth", "tls.client_ca_names"},
}
