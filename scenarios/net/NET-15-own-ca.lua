-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "NET-15",
    title = "A proxy with a CA of its own",
    category = "trust",
    severity = "S0",
    server = [[A proxy answers in the server's place. Its certificate names the right host and
        was issued by the proxy's own CA, which it sends as well.]],
    why = "Captive portals and inspecting firewalls do this to every connection that passes.",
    good = "Refuses the server.",
    bad = "Takes the CA that it was sent for a trusted one.",
    spec = {"RFC 5280 section 6.1"},
    expect = "refuse",
    alerts = {"unknown_ca"},
    flaw = {"self-signed-trusted", "chain-unchecked"},
    control = "POS-01",
    change = {
        chain = {"leaf", "proxy"},
        certs = {
            leaf = {issuer = "proxy"},
            proxy = {recipe = "other-root", subject = "CN=Transparent Proxy CA,O=Proxy"},
        },
    },
    differs = {"chain", "certs.leaf.issuer", "certs.proxy"},
    deadline_ms = 20000,
}
