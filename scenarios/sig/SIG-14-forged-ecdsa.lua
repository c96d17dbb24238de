-- SPDX-License-Identifier: Apache-2.0
local forgeries = {
    {
        id = "zero", title = "ECDSA signature of two zeros", severity = "S0",
        what = "In the signature on the certificate r and s are 0. Nobody has signed it.",
        why = [[Where the range is not checked, the sums come out even: in 2022 a widely used
            library accepted a signature of zeros under any text.]],
    },
    {
        id = "order", title = "ECDSA signature of the order of the curve", severity = "S0",
        what = [[In the signature on the certificate r and s are the order of the curve, which is 0
            again. Nobody has signed it.]],
        why = "A check for zero does not find it, and then it is as good as a signature of zeros.",
    },
    {
        id = "above", title = "ECDSA signature with r above the order", severity = "S2",
        what = [[The root has signed the certificate; in the signature r was exchanged for r plus
            the order of the curve, which is the same to whoever computes before checking.]],
        why = "It shows that the range is not checked, and with it what SIG-14/order relies on.",
    },
    {
        id = "negative", title = "ECDSA signature with a negative number", severity = "S4",
        what = [[The root has signed the certificate; s was written without the zero byte that keeps
            a number with a high first bit from being negative.]],
        why = [[Two encodings of one signature are two certificates with one meaning: whoever counts
            or bars certificates by their hash can be got round.]],
    },
}

for _, forgery in ipairs(forgeries) do
    scenario{
        id = "SIG-14/" .. forgery.id,
        title = forgery.title,
        category = "trust",
        severity = forgery.severity,
        server = forgery.what,
        why = forgery.why,
        good = "Checks that r and s are between 1 and the order of the curve, and closes.",
        bad = "Completes the handshake, or crashes in its arithmetic.",
        spec = {"FIPS 186-5 section 6.4.2", "RFC 3279 section 2.2.3"},
        expect = "refuse",
        alerts = {"bad_certificate", "decrypt_error"},
        flaw = "leaf-signature-unchecked",
        control = "POS-01",
        change = {certs = {leaf = {forge = "ecdsa-" .. forgery.id}}},
        differs = {"certs.leaf.forge"},
        needs = {key_types = {"ecdsa"}},
    }
end
