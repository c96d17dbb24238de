-- SPDX-License-Identifier: Apache-2.0
-- RFC 6066 section 8: a client that asks for a response has to check the one that it gets.
local alerts = {"bad_certificate_status_response", "certificate_revoked"}

scenario{
    id = "REV-01/good",
    title = "Good OCSP response, stapled",
    category = "interoperability",
    severity = "S3",
    server = [[The server sends with its certificate a fresh OCSP response of the issuer, which says
        that the certificate is good.]],
    why = [[A board that cannot use a good response cannot be told of a bad one, and loses every
        server that staples.]],
    good = "Asks for the status of the certificate, checks it and delivers its message.",
    bad = "Asks for the status and gives up when it comes.",
    spec = {"RFC 6066 section 8", "RFC 6960 section 3.2"},
    expect = "accept",
    flaw = "staple-refused",
    control = "POS-01",
    change = {tls = {ocsp = {status = "good"}}},
    differs = {"tls.ocsp"},
    needs = {ocsp = true},
}

scenario{
    id = "REV-01/delegated",
    title = "Good OCSP response of a responder that the issuer appointed",
    category = "interoperability",
    severity = "S3",
    server = [[The response is signed by a responder; its certificate, which the issuer has made
        for OCSP, comes with it.]],
    why = "Few authorities sign their responses themselves: their keys are kept offline.",
    good = "Verifies the responder's certificate, then the response, and delivers its message.",
    bad = "Refuses: the board knows no other signer than the issuer.",
    spec = {"RFC 6960 section 4.2.2.2", "RFC 6066 section 8"},
    expect = "accept",
    flaw = "staple-refused",
    control = "POS-01",
    change = {
        certs = {responder = {subject = "CN=responder",
                              extended_key_usage = {uses = {"OCSPSigning"}}}},
        tls = {ocsp = {signer = "responder"}},
    },
    differs = {"certs.responder", "tls.ocsp"},
    needs = {ocsp = true},
}

scenario{
    id = "REV-01/revoked",
    title = "OCSP response: revoked",
    category = "trust",
    severity = "S2",
    server = [[The stapled response says that the certificate was revoked an hour ago because its
        key had been stolen.]],
    why = "It is the only way in which a stolen key ends before its certificate does.",
    good = "Closes with bad_certificate_status_response or certificate_revoked.",
    bad = "Completes the handshake: the board asks for the status and does not look at it.",
    spec = {"RFC 6066 section 8", "RFC 6960 section 2.2"},
    expect = "refuse",
    alerts = alerts,
    flaw = "staple-unchecked",
    control = "REV-01/good",
    change = {tls = {ocsp = {status = "revoked"}}},
    differs = {"tls.ocsp.status"},
}

scenario{
    id = "REV-01/unknown",
    title = "OCSP response: unknown",
    category = "trust",
    severity = "S3",
    server = "The stapled response says that the issuer does not know the certificate.",
    why = "An authority does not know what it has not issued: it may be a forgery.",
    good = "Closes: the response is not satisfactory.",
    bad = "Completes the handshake: whatever is not \"revoked\" is good.",
    spec = {"RFC 6066 section 8", "RFC 6960 section 2.2"},
    expect = "refuse",
    alerts = alerts,
    flaw = "staple-unchecked",
    control = "REV-01/good",
    change = {tls = {ocsp = {status = "unknown"}}},
    differs = {"tls.ocsp.status"},
}
