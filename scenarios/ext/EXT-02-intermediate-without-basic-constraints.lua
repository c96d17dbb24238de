-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "EXT-02",
    title = "Intermediate that does not say that it is a CA",
    category = "trust",
    severity = "S0",
    server = [[The chain of POS-03, but the intermediate has no basicConstraints extension. It is
        of version 3 and may sign certificates by its keyUsage.]],
    why = [[Only basicConstraints makes a certificate a CA: without it every certificate that
        forgets to say no could issue others.]],
    good = "Finds no CA in the middle of the path, and closes.",
    bad = "Completes the handshake: for the board everything that is not said to be no CA is one.",
    spec = {"RFC 5280 section 6.1.4 (k)", "RFC 5280 section 4.2.1.9"},
    expect = "refuse",
    alerts = {"unknown_ca", "bad_certificate", "certificate_unknown"},
    flaw = "basic-constraints-unchecked",
    control = "POS-03",
    change = {certs = {intermediate = {basic_constraints = {present = false}}}},
    differs = {"certs.intermediate.basic_constraints"},
}
