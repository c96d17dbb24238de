-- SPDX-License-Identifier: Apache-2.0
-- The certificate says that its server always staples: id-pe-tlsfeature with status_request (5).
local must_staple = {{oid = "1.3.6.1.5.5.7.1.24", der = "3003020105"}}

scenario{
    id = "REV-04/stapled",
    title = "Certificate that needs a staple, with one",
    category = "interoperability",
    severity = "S3",
    server = "The certificate says that its server always staples, and the server does.",
    why = "It is the only form of revocation that an attacker cannot leave out.",
    good = "Finds the staple in order and delivers its message.",
    bad = "Refuses: the board knows the extension or the staple, and cannot use it.",
    spec = {"RFC 7633 section 4.2.2", "RFC 5280 section 4.2"},
    expect = "accept",
    flaw = "staple-refused",
    control = "POS-01",
    change = {certs = {leaf = {extensions = must_staple}}, tls = {ocsp = {status = "good"}}},
    differs = {"certs.leaf.extensions", "tls.ocsp"},
    needs = {ocsp = true},
}

scenario{
    id = "REV-04/missing",
    title = "Certificate that needs a staple, without one",
    category = "trust",
    severity = "S3",
    server = "The certificate says that its server always staples; this server does not.",
    why = [[Whoever stole the key of such a certificate leaves out the response that would give
        him away.]],
    good = "Asks for the status, gets none, and closes.",
    bad = "Completes the handshake: the board asks for the status, and does without.",
    spec = {"RFC 7633 section 4.2.2"},
    expect = "refuse",
    alerts = {"bad_certificate_status_response", "bad_certificate", "certificate_unknown",
              "handshake_failure"},
    flaw = "staple-unchecked",
    control = "REV-04/stapled",
    change = {tls = {ocsp = null}},
    differs = {"tls.ocsp"},
}
