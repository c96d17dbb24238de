-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SRV-02",
    title = "Client without a certificate",
    category = "identity",
    severity = "S0",
    server = "The bench comes as a client that has no certificate.",
    why = "Whoever reaches the board's port is served, if it does not ask who comes.",
    good = "Asks for a certificate and ends the handshake when none comes.",
    bad = "Answers: the board does not ask for certificates, or goes on without one.",
    spec = {"RFC 8446 section 4.4.2.4", "RFC 5246 section 7.4.6"},
    expect = "refuse",
    alerts = {"certificate_required", "handshake_failure", "bad_certificate", "no_certificate"},
    control = "SRV-01",
    flaw = {"client-certificate-not-asked", "client-certificate-optional"},
    needs = {tls = {"1.2", "1.3"}, client_auth = true},
    change = function(description)
        description.chain = {}
        return description
    end,
    differs = {"chain"},
}
