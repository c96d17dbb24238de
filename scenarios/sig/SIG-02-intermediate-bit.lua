-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SIG-02",
    title = "One bit of the intermediate's signature is wrong",
    category = "trust",
    severity = "S0",
    server = [[The chain of POS-03, with one bit of the signature on the intermediate inverted.
        The certificate below it is fine.]],
    why = "Whoever verifies only the first signature trusts any CA that an attacker makes up.",
    good = "Verifies every signature of the path, notices, and closes.",
    bad = [[Completes the handshake: the board verifies the first certificate against the second
        and stops there.]],
    spec = {"RFC 5280 section 6.1.3 (a)(1)"},
    expect = "refuse",
    alerts = {"bad_certificate", "decrypt_error"},
    flaw = "intermediate-signature-unchecked",
    control = "POS-03",
    change = {certs = {intermediate = {flip_signature_bit = 0}}},
    differs = {"certs.intermediate.flip_signature_bit"},
}
