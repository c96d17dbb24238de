-- SPDX-License-Identifier: Apache-2.0
local hashes = {
    {id = "sha1", name = "SHA-1", severity = "S2", flaw = "sha1-allowed"},
    {id = "md5", name = "MD5", severity = "S1", flaw = "md5-allowed"},
}

for _, hash in ipairs(hashes) do
    scenario{
        id = "SIG-08/" .. hash.id,
        title = "Intermediate signed with " .. hash.name,
        category = "crypto",
        severity = hash.severity,
        server = "The trusted RSA root has signed the intermediate with " .. hash.name ..
            "; the certificate of the server is signed with SHA-256.",
        why = [[A forged intermediate is worth more than a forged certificate: it makes any number
            of them. This is how MD5 was broken in public in 2008.]],
        good = "Looks at the algorithm of every signature on the path, and closes.",
        bad = "Completes the handshake: the board looks at the first signature only, or at none.",
        spec = {"RFC 8446 section 4.4.2.4", "RFC 9325 section 4.5"},
        expect = "refuse",
        alerts = {"bad_certificate"},
        flaw = hash.flaw,
        control = "POS-02/intermediate",
        change = {certs = {intermediate = {hash = hash.id}}},
        differs = {"certs.intermediate.hash"},
    }
end
