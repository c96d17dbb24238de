-- SPDX-License-Identifier: Apache-2.0
local alerts = {"bad_certificate_status_response", "decode_error"}

local rows = {
    {id = "expired", what = "whose time ended yesterday",
     ocsp = {this_update = "-8d", next_update = "-1d"},
     differs = {"tls.ocsp.next_update", "tls.ocsp.this_update"},
     why = "Whoever stole a key staples the last good response for as long as it is taken."},
    {id = "future", what = "that is not valid yet",
     ocsp = {this_update = "+2d", next_update = "+3d"},
     differs = {"tls.ocsp.next_update", "tls.ocsp.this_update"},
     why = "A response from the future was made by a wrong clock, or the board's is wrong."},
    {id = "try-later", what = "without a status: the responder asks to try later",
     ocsp = {status = "try-later"}, differs = {"tls.ocsp.status"},
     why = "The answer is neither signed nor does it say anything of the certificate."},
}

for _, row in ipairs(rows) do
    scenario{
        id = "REV-02/" .. row.id,
        title = "OCSP response of no use: " .. row.id,
        category = "trust",
        severity = "S3",
        server = "The server staples an OCSP response " .. row.what .. ".",
        why = row.why,
        good = "Closes with bad_certificate_status_response.",
        bad = "Completes the handshake: the board asks for the status and does not look at it.",
        spec = {"RFC 6066 section 8", "RFC 6960 section 4.2.2.1"},
        expect = "refuse",
        alerts = alerts,
        flaw = "staple-unchecked",
        control = "REV-01/good",
        change = {tls = {ocsp = row.ocsp}},
        differs = row.differs,
    }
end

scenario{
    id = "REV-02/garbage",
    title = "Staple that is no OCSP response",
    category = "robustness",
    severity = "S3",
    server = "The server staples bytes that no parser of OCSP responses can read.",
    why = "The staple is parsed before anybody has been authenticated.",
    good = "Closes with bad_certificate_status_response or decode_error.",
    bad = "Crashes, or completes the handshake without having read the response.",
    spec = {"RFC 6066 section 8", "RFC 6960 section 4.2.1"},
    expect = "refuse",
    alerts = alerts,
    flaw = "staple-unchecked",
    control = "REV-01/good",
    change = {tls = {ocsp = null, staple = "3082ffff0a0100deadbeef"}},
    differs = {"tls.ocsp", "tls.staple"},
}
