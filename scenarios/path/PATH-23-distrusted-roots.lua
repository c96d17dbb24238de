-- SPDX-License-Identifier: Apache-2.0
-- A probe of the trust store: the certificate names a root that other programs threw out, and is
-- signed by somebody else. A board that has that root notices a wrong signature, one that has not
-- finds no issuer; the alert tells which. "Root" here is only a name: nobody's key is used.
local roots = {
    {
        id = "diginotar", who = "DigiNotar", year = "2011",
        name = "C:printable=NL,O:utf8=DigiNotar,CN:utf8=DigiNotar Root CA," ..
            "emailAddress=info@diginotar.nl",
    },
    {
        id = "superfish", who = "Superfish", year = "2015",
        name = "O:printable=Superfish\\, Inc.,L:printable=SF,ST:printable=CA,C:printable=US," ..
            "CN:printable=Superfish\\, Inc.",
    },
    {id = "edellroot", who = "eDellRoot", year = "2015", name = "CN:printable=eDellRoot"},
    {
        id = "dsdtestprovider", who = "DSDTestProvider", year = "2015",
        name = "CN:printable=DSDTestProvider",
    },
    {
        id = "cnnic", who = "CNNIC", year = "2015",
        name = "C:printable=CN,O:printable=CNNIC,CN:printable=CNNIC ROOT",
    },
    {
        id = "wosign", who = "WoSign", year = "2016",
        name = "C:printable=CN,O:printable=WoSign CA Limited," ..
            "CN:printable=Certification Authority of WoSign",
    },
}

for _, root in ipairs(roots) do
    scenario{
        id = "PATH-23/" .. root.id,
        title = "Is the root " .. root.who .. " in the trust store?",
        category = "trust",
        severity = "S4",
        server = "The certificate claims to be issued by " .. root.who ..
            ", a root that is distrusted since " .. root.year .. ", but somebody else signed it.",
        why = [[A board whose trust store was copied from an old operating system trusts roots whose
            keys are in many hands.]],
        good = "Does not know that root and closes with unknown_ca.",
        bad = [[Closes with decrypt_error or bad_certificate: it knows the root and found the
            signature wrong. To complete the handshake is worse, see PATH-03.]],
        spec = {"RFC 5280 section 6.1.1 (d)", "RFC 8446 section 6.2"},
        expect = "refuse",
        alerts = {"unknown_ca"},
        flaw = "unknown-issuer-accepted",
        control = "POS-01",
        change = {
            certs = {
                spoofed = {recipe = "other-root", subject = root.name},
                leaf = {issuer = "spoofed"},
            },
        },
        differs = {"certs.spoofed", "certs.leaf.issuer"},
    }
end
