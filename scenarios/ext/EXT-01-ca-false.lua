-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "EXT-01",
    title = "Intermediate that says that it is no CA",
    category = "trust",
    severity = "S0",
    server = [[The chain of POS-03, but the basicConstraints of the intermediate say cA FALSE.
        Its keyUsage allows it to sign certificates.]],
    why = "Every customer of an authority has such a certificate: each could be every broker.",
    good = "Finds no CA in the middle of the path, and closes.",
    bad = "Completes the handshake: the board ignores basicConstraints.",
    spec = {"RFC 5280 section 6.1.4 (k)", "RFC 5280 section 4.2.1.9"},
    expect = "refuse",
    alerts = {"unknown_ca", "bad_certificate", "certificate_unknown"},
    flaw = "basic-constraints-unchecked",
    control = "POS-03",
    change = {certs = {intermediate = {basic_constraints = {ca = false}}}},
    differs = {"certs.intermediate.basic_constraints"},
}
