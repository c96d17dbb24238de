-- SPDX-License-Identifier: Apache-2.0
local alerts = {"bad_certificate_status_response"}

local rows = {
    {id = "stranger", title = "OCSP response signed by a stranger",
     server = "The response says \"good\"; an authority signed it that the board does not trust.",
     why = "Anybody can write \"good\" about any certificate.",
     certs = {stranger = {recipe = "other-root"}}, ocsp = {signer = "stranger"},
     differs = {"certs.stranger", "tls.ocsp.signer"}},
    {id = "not-appointed", title = "OCSP response signed by another server",
     server = [[The response says "good"; a server signed it whose certificate is of the same
        issuer, but not for OCSP.]],
     why = "Every customer of an authority could then vouch for all its certificates.",
     certs = {neighbour = {subject = "CN=neighbour"}}, ocsp = {signer = "neighbour"},
     differs = {"certs.neighbour", "tls.ocsp.signer"}},
    {id = "other-certificate", title = "OCSP response for another certificate",
     server = "The response is good and properly signed, but for another certificate.",
     why = "Whoever stole a key staples the response for a certificate that is still good.",
     certs = {neighbour = {subject = "CN=neighbour"}}, ocsp = {certificate = "neighbour"},
     differs = {"certs.neighbour", "tls.ocsp.certificate"}},
}

for _, row in ipairs(rows) do
    scenario{
        id = "REV-03/" .. row.id,
        title = row.title,
        category = "trust",
        severity = "S2",
        server = row.server,
        why = row.why,
        good = "Closes with bad_certificate_status_response.",
        bad = "Completes the handshake: the board takes the response for what it says.",
        spec = {"RFC 6960 section 3.2", "RFC 6066 section 8"},
        expect = "refuse",
        alerts = alerts,
        flaw = "staple-unchecked",
        control = "REV-01/good",
        change = {certs = row.certs, tls = {ocsp = row.ocsp}},
        differs = row.differs,
    }
end
