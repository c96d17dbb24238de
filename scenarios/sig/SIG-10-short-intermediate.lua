-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SIG-10",
    title = "Intermediate with an RSA key of 1024 bits",
    category = "crypto",
    severity = "S1",
    server = "The chain is right but for the key of the intermediate, which has 1024 bits.",
    why = "Whoever factors the key of an intermediate, once, issues certificates for every broker.",
    good = "Has a shortest length for all keys of the path, 2048 bits, and closes.",
    bad = [[Completes the handshake: the board looks at the length of the first key only, or at
        none.]],
    spec = {"RFC 9325 section 4.5"},
    expect = "refuse",
    alerts = {"unsupported_certificate", "bad_certificate", "certificate_unknown"},
    flaw = "short-rsa-allowed",
    control = "POS-02/intermediate",
    change = {certs = {intermediate = {key = "rsa1024"}}},
    differs = {"certs.intermediate.key"},
}
