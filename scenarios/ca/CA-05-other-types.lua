-- SPDX-License-Identifier: Apache-2.0
-- Two keys, one thing: a server that insists would have to refuse the answer that is allowed
-- here.
scenario{
    id = "CA-05",
    title = "Certificate asked for, of a type that the board has not",
    category = "identity",
    severity = "S3",
    server = [[The board has the identity that the bench issued. Its key is ECDSA. The server
        of TLS 1.2 lists rsa_sign only; it goes on with an empty Certificate.]],
    why = [[Without a certificate that fits a client owes an empty one; a board that gives up
        instead cannot use brokers that would take its password.]],
    good = [[Sends an empty Certificate and goes on. OpenSSL does not look at the types and
        shows what it has, which is taken as well.]],
    bad = "Gives up, hangs or crashes.",
    spec = {"RFC 5246 section 7.4.4", "RFC 5246 section 7.4.6"},
    expect = "accept",
    rules = {"certificate-answered", "signature-right"},
    flaw = "certificate-refused",
    control = "CA-03/tls12",
    change = {tls = {client_auth = "request", client_certificate_types = {"rsa_sign"}}},
    differs = {"tls.client_auth", "tls.client_certificate_types"},
}
