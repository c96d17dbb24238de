-- SPDX-License-Identifier: Apache-2.0
-- One thing, what stands in the middle, at three places: instead of a CA it is a server
-- certificate with the name of its owner.
scenario{
    id = "PATH-07",
    title = "Server certificate used as an authority",
    category = "trust",
    severity = "S0",
    server = [[The trusted root has issued a perfectly good certificate for the server evil.test.
        Its owner signs with it, as if it were a CA, a certificate for the board's broker, and
        sends both.]],
    why = [[Everybody who owns one certificate of the same authority, another customer or another
        device, could be every broker.]],
    good = "Sees that the certificate in the middle is no CA, and closes.",
    bad = [[Completes the handshake: the board ignores basicConstraints and lets every certificate
        sign others.]],
    spec = {"RFC 5280 section 6.1.4 (k) and (n)", "RFC 5280 section 4.2.1.9"},
    expect = "refuse",
    alerts = {"unknown_ca", "bad_certificate", "certificate_unknown"},
    flaw = "basic-constraints-unchecked",
    control = "POS-03",
    change = {
        certs = {
            intermediate = {recipe = "leaf", subject = "CN=evil.test", san = {dns("evil.test")}},
        },
    },
    differs = {"certs.intermediate.recipe", "certs.intermediate.subject", "certs.intermediate.san"},
}
