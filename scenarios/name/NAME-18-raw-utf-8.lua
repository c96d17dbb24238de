-- SPDX-License-Identifier: Apache-2.0
-- One thing, the name that the certificate holds, at both places that hold it: what the subject
-- says must not be a second reason.
scenario{
    id = "NAME-18",
    title = "Name in the certificate that is not ASCII",
    category = "name",
    severity = "S3",
    server = [[The board connects to xn--bcher-kva.bench.test; the certificate names
        bücher.bench.test in UTF-8, which a dNSName cannot hold.]],
    why = [[The field is ASCII by definition: what else stands there is read in as many ways as
        there are readers.]],
    good = "Takes it for no name, and closes with bad_certificate.",
    bad = [[Completes the handshake: the board converts what must not be there; or crashes over a
        byte above 127.]],
    spec = {"RFC 5280 section 4.2.1.6", "RFC 5280 section 7.2"},
    expect = "refuse",
    alerts = {"bad_certificate", "unsupported_certificate", "decode_error"},
    flaw = "name-unchecked",
    control = "NAME-17/a-label",
    change = {
        certs = {
            leaf = {subject = "CN=b\u{fc}cher.bench.test", san = {dns("b\u{fc}cher.bench.test")}},
        },
    },
    differs = {"certs.leaf.subject", "certs.leaf.san"},
}
