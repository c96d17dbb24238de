-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "NAME-17/a-label",
    title = "Internationalised host name",
    category = "name",
    severity = "S3",
    server = [[The board connects to xn--bcher-kva.bench.test, the form of bücher.bench.test that
        travels; the certificate names exactly that.]],
    why = [[Operators in most countries have names with letters beyond a to z. On the wire they
        are ASCII.]],
    good = "Compares the encoded form, as any other name, and delivers its message.",
    bad = [[Refuses: the board does not take a label with two hyphens in it, or decodes one side
        of the comparison only.]],
    spec = {"RFC 9525 section 6.3", "RFC 5280 section 7.2"},
    expect = "accept",
    flaw = "a-label-refused",
    control = "POS-01",
    change = {
        host = "xn--bcher-kva.bench.test",
        certs = {leaf = {subject = "CN=xn--bcher-kva.bench.test",
                         san = {dns("xn--bcher-kva.bench.test")}}},
    },
    differs = {"host", "certs.leaf.subject", "certs.leaf.san"},
}

-- One thing, the name that the certificate holds, at both places that hold it: what the subject
-- says must not be a second reason.
scenario{
    id = "NAME-17/look-alike",
    title = "Name that looks like that of the broker",
    category = "name",
    severity = "S0",
    server = [[The board connects to broker.bench.test. The certificate is for xn--brker-
        kye.bench.test: the same to the eye, with a Cyrillic letter.]],
    why = [[Look-alike names are sold to anybody; they deceive people, and must not deceive a
        board.]],
    good = "Compares what travels, finds two names, and closes with bad_certificate.",
    bad = [[Completes the handshake: the board converts names to some other form before it
        compares.]],
    spec = {"RFC 9525 section 6.3", "RFC 9525 section 7.3"},
    expect = "refuse",
    alerts = {"bad_certificate"},
    flaw = "name-unchecked",
    control = "POS-01",
    change = {
        certs = {
            leaf = {subject = "CN=xn--brker-kye.bench.test",
                    san = {dns("xn--brker-kye.bench.test")}},
        },
    },
    differs = {"certs.leaf.subject", "certs.leaf.san"},
}
