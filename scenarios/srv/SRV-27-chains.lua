-- SPDX-License-Identifier: Apache-2.0
local kinds = {
    ["sent-ca"] = {
        "a CA of the right name, which it brings along",
        [[The bench brings the CA of its certificate along: it has the name of the right one, and
        another key.]],
        "Names can be copied; a CA that a stranger sends is worth nothing.",
        {"unknown_ca", "bad_certificate", "certificate_unknown", "decrypt_error"},
        "RFC 5280 section 6.1.1 (d)",
        {leaf = {issuer = "fake"}, fake = {recipe = "root", subject_from = "client-ca",
            subject_key_id_from = "client-ca"}},
        {"leaf", "fake"},
        {"certs.fake", "certs.leaf.issuer", "chain"},
    },
    ["device-as-ca"] = {
        "another device, which is no CA",
        "The bench brings a good certificate of a device, and one that this device has issued.",
        "Who has one certificate could make as many as he likes, for anybody.",
        {"unknown_ca", "bad_certificate", "certificate_unknown", "unsupported_certificate"},
        "RFC 5280 section 6.1.4 (k)",
        {leaf = {issuer = "device"}, device = {recipe = "client"}},
        {"leaf", "device"},
        {"certs.device", "certs.leaf.issuer", "chain"},
    },
    critical = {
        "the right CA with an unknown critical extension",
        "The bench's certificate has an extension that is critical and unknown.",
        [[Critical means: who does not understand this must not trust it. It may say what the
        certificate is not for.]],
        {"unsupported_certificate", "bad_certificate", "certificate_unknown", "unknown_ca"},
        "RFC 5280 section 4.2",
        {leaf = {extensions = {{oid = "1.3.6.1.4.1.55555.1", critical = true, der = "0500"}}}},
        nil,
        {"certs.leaf.extensions"},
    },
    sha1 = {
        "the right CA, signed with SHA-1",
        "The bench's certificate is signed with ECDSA or RSA over SHA-1.",
        "Two certificates with the same SHA-1 cost as much as a car.",
        {"bad_certificate", "unsupported_certificate", "certificate_unknown", "unknown_ca",
            "insufficient_security", "handshake_failure"},
        "RFC 9155 section 2",
        {leaf = {hash = "sha1"}},
        nil,
        {"certs.leaf.hash"},
    },
}
for name, row in pairs(kinds) do
    scenario{
        id = "SRV-27/" .. name,
        title = "Certificate of " .. row[1],
        category = "identity",
        severity = name == "sha1" and "S2" or "S0",
        server = row[2],
        why = row[3],
        good = "Ends the handshake.",
        bad = "Answers: its verification is a comparison of names.",
        spec = {row[5]},
        expect = "refuse",
        alerts = row[4],
        control = "SRV-01",
        flaw = "client-chain-unchecked",
        needs = {tls = {"1.2", "1.3"}, client_auth = true},
        change = {certs = row[6], chain = row[7]},
        differs = row[8],
    }
end
