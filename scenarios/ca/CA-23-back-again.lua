-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CA-23",
    title = "Identity taken again after a refusal",
    category = "identity",
    severity = "S2",
    server = "The broker refuses the board's identity as revoked, and then takes it.",
    why = "A refusal that was a mistake must not need a visit to every board.",
    good = "Connects again with the same key as soon as the broker takes it.",
    bad = "Has thrown its key away, shows another certificate, or stays away until it is reset.",
    spec = {"RFC 8446 section 6.2"},
    expect = "accept",
    rules = {"certificate-sent", "own-key", "signature-right"},
    flaw = {"wrong-signing-key", "own-identity"},
    control = "POS-01",
    steps = {
        {
            title = "the broker refuses the board's certificate as revoked", expect = "cope",
            change = {
                identity = {recipe = "client"},
                tls = {client_auth = "require", client_refusal = "certificate_revoked"},
            },
        },
    },
    change = {
        identity = {recipe = "client"},
        tls = {client_auth = "require"},
    },
    differs = {"identity", "tls.client_auth"},
    needs = {client_auth = true},
}
