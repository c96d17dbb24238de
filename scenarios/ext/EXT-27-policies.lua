-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "EXT-27/critical",
    title = "Critical certificate policy",
    category = "interoperability",
    severity = "S4",
    server = [[The certificate names a policy that nobody knows, in a certificatePolicies
        extension that is critical.]],
    why = [[Which policy it is does not matter to a board that asks for none; but it has to know
        the extension to know that.]],
    good = "Knows the extension, asks for no policy, and delivers its message.",
    bad = [[Refuses: the board does not know certificate policies. That is safe; say so in its
        manual.]],
    spec = {"RFC 5280 section 4.2.1.4", "RFC 5280 section 6.1.5"},
    expect = "accept",
    flaw = "critical-policies-refused",
    control = "POS-01",
    change = {
        certs = {
            leaf = {
                extensions = {
                    {oid = "certificatePolicies", critical = true, der = "300730050603883704"},
                },
            },
        },
    },
    differs = {"certs.leaf.extensions"},
}

scenario{
    id = "EXT-27/required",
    title = "Policy that is required and missing",
    category = "trust",
    severity = "S4",
    server = [[The policyConstraints of the intermediate, which are critical, require a policy in
        every certificate below; the server certificate names none.]],
    why = [[The extension is rare. Whoever does not know it has to refuse it, because it is
        critical.]],
    good = "Applies the constraint, or does not know this critical extension, and closes.",
    bad = [[Completes the handshake: the board takes the extension for known and does nothing
        with it.]],
    spec = {"RFC 5280 section 4.2.1.11", "RFC 5280 section 6.1.5 (g)"},
    expect = "refuse",
    alerts = {"unsupported_certificate", "bad_certificate", "certificate_unknown", "unknown_ca"},
    flaw = "policy-unchecked",
    control = "POS-03",
    change = {
        certs = {
            intermediate = {
                extensions = {{oid = "policyConstraints", critical = true, der = "3003800100"}},
            },
        },
    },
    differs = {"certs.intermediate.extensions"},
}
