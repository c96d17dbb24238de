-- SPDX-License-Identifier: Apache-2.0
-- One family: the same case with two lengths. 512 bits are too few for the signatures of TLS 1.3,
-- so that one has a control of its own, and for SHA-512, so that the server signs with SHA-256.
local keys = {
    {
        bits = 1024, severity = "S2", control = "POS-02",
        why = [[1024 bits are within reach of whoever can spend a few millions, and certificates of
            that length have not been issued to the public for more than ten years.]],
    },
    {
        bits = 512, severity = "S1", control = "POS-02/tls1.2",
        why = "512 bits are factored within hours by anybody who rents computers for a day.",
        signatures = "rsa_pkcs1_sha256",
    },
}

for _, key in ipairs(keys) do
    scenario{
        id = "SIG-09/rsa" .. key.bits,
        title = "RSA key of " .. key.bits .. " bits",
        category = "crypto",
        severity = key.severity,
        server = "The trusted RSA root has issued a certificate for a key of " .. key.bits ..
            " bits. Everything else is right.",
        why = key.why,
        good = "Has a shortest length for keys, 2048 bits, and closes.",
        bad = [[Completes the handshake: whoever works out the key of such a server, now or from a
            recording, is that server.]],
        spec = {"RFC 9325 section 4.5"},
        expect = "refuse",
        alerts = {"bad_certificate", "unsupported_certificate", "certificate_unknown"},
        flaw = "short-rsa-allowed",
        control = key.control,
        change = {
            certs = {leaf = {key = "rsa" .. key.bits}},
            tls = key.signatures and {signature_algorithms = key.signatures},
        },
        differs = key.signatures and {"certs.leaf.key", "tls.signature_algorithms"} or
            {"certs.leaf.key"},
    }
end
