-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CA-20",
    title = "Certificate shown to a false server",
    category = "identity",
    severity = "S3",
    server = [[The board has the identity that the bench issued. A server that no trusted CA
        knows asks for it. In TLS 1.2 certificates cross the wire in the clear.]],
    why = "Whoever stands in the path learns which board this is, and where it is, by asking.",
    good = "Looks at the server's certificate first, and closes without showing its own.",
    bad = "Sends its certificate and finds the server wanting afterwards, or not at all.",
    spec = {"RFC 5246 section 7.4.6", "RFC 7925 section 4.4"},
    expect = "refuse",
    alerts = {"unknown_ca", "bad_certificate", "certificate_unknown"},
    rules = {"certificate-late"},
    flaw = {"late-verification", "chain-unchecked"},
    control = "CA-03/tls12",
    change = {
        certs = {leaf = {issuer = "other"}, other = {recipe = "other-root"}},
    },
    differs = {"certs.leaf.issuer", "certs.other"},
    needs = {tls = {"1.2"}},
}
