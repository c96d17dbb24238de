-- SPDX-License-Identifier: Apache-2.0
-- Two keys, one thing: a server that insists would have to refuse the answer that is allowed
-- here.
scenario{
    id = "CA-06/tls12",
    title = "Signature algorithms that do not fit, TLS 1.2",
    category = "identity",
    severity = "S3",
    server = [[The board has the identity that the bench issued. Its key is on P-256. The
        server lists ecdsa_secp384r1_sha384 and rsa_pss_rsae_sha384 only; it goes on with an
        empty Certificate.]],
    why = [[A signature with an algorithm that the server did not list is one that it need not
        be able to check.]],
    good = [[Signs with SHA-384, which in TLS 1.2 goes with a key on any curve, or sends an empty
        Certificate.]],
    bad = "Signs with an algorithm that was not listed, gives up, hangs or crashes.",
    spec = {"RFC 5246 section 7.4.8", "RFC 8446 section 4.4.2.3", "RFC 8446 section 4.4.3"},
    expect = "accept",
    rules = {"certificate-answered", "signature-listed"},
    flaw = "certificate-refused",
    control = "CA-03/tls12",
    change = {
        tls = {
            client_auth = "request",
            client_signature_algorithms = {"ecdsa_secp384r1_sha384", "rsa_pss_rsae_sha384"},
        },
    },
    differs = {"tls.client_auth", "tls.client_signature_algorithms"},
    needs = {tls = {"1.2"}},
}

-- Two keys, one thing: a server that insists would have to refuse the answer that is allowed
-- here.
scenario{
    id = "CA-06/tls13",
    title = "Signature algorithms that do not fit, TLS 1.3",
    category = "identity",
    severity = "S3",
    server = [[The board has the identity that the bench issued. Its key is on P-256. The
        server lists ecdsa_secp384r1_sha384 and rsa_pss_rsae_sha384 only; it goes on with an
        empty Certificate.]],
    why = [[A signature with an algorithm that the server did not list is one that it need not
        be able to check.]],
    good = [[Sends an empty Certificate and goes on: in TLS 1.3 the algorithm names the curve as
        well, so that nothing on the list fits.]],
    bad = "Signs with an algorithm that was not listed, gives up, hangs or crashes.",
    spec = {"RFC 5246 section 7.4.8", "RFC 8446 section 4.4.2.3", "RFC 8446 section 4.4.3"},
    expect = "accept",
    rules = {"certificate-answered", "signature-listed"},
    flaw = "certificate-refused",
    control = "CA-03/tls13",
    change = {
        tls = {
            client_auth = "request",
            client_signature_algorithms = {"ecdsa_secp384r1_sha384", "rsa_pss_rsae_sha384"},
        },
    },
    differs = {"tls.client_auth", "tls.client_signature_algorithms"},
    needs = {tls = {"1.3"}},
}
