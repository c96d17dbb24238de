-- SPDX-License-Identifier: Apache-2.0
-- The row of the catalogue is about the key of the server. No board offers DSS suites any more, so
-- none would be sent such a certificate; an intermediate is sent to all.
scenario{
    id = "SIG-20",
    title = "Intermediate with a DSA key",
    category = "robustness",
    severity = "S4",
    server = [[The key of the intermediate is a DSA key of 2048 bits, and it has signed the
        certificate of the server.]],
    why = [[TLS 1.3 knows no DSA, and most libraries have thrown it out; what is left has to end
        in an error and not in an empty pointer.]],
    good = [[Refuses, or verifies a signature that is right after all, and is ready for the next
        connection.]],
    bad = "Crashes or hangs: the board reads a key of a kind that it does not know.",
    spec = {"RFC 8446 section 4.2.3"},
    expect = "cope",
    flaw = "odd-certificate-crash",
    control = "POS-03",
    change = {certs = {intermediate = {key = "dsa2048"}}},
    differs = {"certs.intermediate.key"},
}
