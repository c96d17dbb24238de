-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "EXT-03",
    title = "Intermediate of version 1",
    category = "trust",
    severity = "S1",
    server = [[The intermediate is a certificate of version 1, which has no extensions: it cannot
        say whether it is a CA.]],
    why = "Server certificates of the nineties look like this, and small tools still make them.",
    good = "Takes no certificate for a CA that cannot say so, and closes.",
    bad = "Completes the handshake: without extensions nothing is forbidden.",
    spec = {"RFC 5280 section 6.1.4 (k)"},
    expect = "refuse",
    alerts = {"unknown_ca", "bad_certificate", "certificate_unknown"},
    flaw = "basic-constraints-unchecked",
    control = "POS-03",
    change = {certs = {intermediate = {version = 1}}},
    differs = {"certs.intermediate.version"},
}
