-- SPDX-License-Identifier: Apache-2.0
-- authorityInfoAccess: OCSP at http://ocsp.bench.test/, a name that does not resolve.
local responder = {{
    oid = "1.3.6.1.5.5.7.1.1",
    der = "30253023" .. "06082b06010505073001" .. "8617" .. hex("http://ocsp.bench.test/"),
}}

scenario{
    id = "REV-06",
    title = "OCSP responder that cannot be reached",
    category = "robustness",
    severity = "S3",
    server = "The certificate names an OCSP responder whose name does not resolve.",
    why = [[Responders fail, and a network may let the broker through and nothing else; that must
        not stop a board for good.]],
    good = [[Connects without asking (RFC 7925 does not want boards to ask), or gives up within its
        time; either way it is there for the next server.]],
    bad = "Waits for the responder without an end.",
    spec = {"RFC 9325 section 7.5", "RFC 7925 section 4.4.3"},
    expect = "cope",
    flaw = "responder-awaited",
    control = "POS-01",
    change = {certs = {leaf = {extensions = responder}}},
    differs = {"certs.leaf.extensions"},
}
