-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SRV-12",
    title = "The certificate that the board presents",
    category = "identity",
    severity = "S1",
    server = [[The bench comes as a good client with TLS 1.2, in which everybody can see the
        board's certificate, and looks at it.]],
    why = "A built-in certificate is the same on all boards: its key is in every firmware image.",
    good = [[Presents the certificate that it was issued, for its name, with a key that is long
        enough.]],
    bad = "Presents another one, or one that is not for its name.",
    spec = {"RFC 8446 section 4.4.2.2", "RFC 9525 section 6.1"},
    expect = "accept",
    control = "SRV-01",
    flaw = "own-identity",
    needs = {tls = {"1.2"}, identity = true},
    rules = {"server-certificate", "server-key"},
    change = {tls = {versions = {"1.2"}}},
    differs = {"tls.versions"},
}
