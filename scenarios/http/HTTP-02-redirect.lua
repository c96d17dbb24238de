-- SPDX-License-Identifier: Apache-2.0
-- The control of the cases about where a redirect leads. One thing, the redirect, at two places:
-- the host that it leads to has to exist.
scenario{
    id = "HTTP-02",
    title = "Redirect to another host of the trusted root",
    category = "interoperability",
    severity = "S2",
    server = [[The web server answers with 302 and the address of a second host, which has another
        name and port and a certificate of its own from the trusted root.]],
    why = [[Files are moved to other hosts; a board that is said to follow redirects and cannot gets
        no update.]],
    good = "Goes to the second host, verifies it by its own name, asks, and takes the answer.",
    bad = [[Refuses the second host: the board compares its certificate with the name of the
        first one, or trusts one pinned certificate only.]],
    spec = {"RFC 9110 section 15.4", "RFC 9110 section 4.3.4"},
    expect = "accept",
    flaw = {"redirect-ignored", "redirect-name-kept"},
    control = "HTTP-01",
    needs = {redirects = true},
    change = {
        http = {status = 302, location = "https://{second}/"},
        second = {
            service = "https",
            host = "second.bench.test",
            certs = {
                leaf = {
                    recipe = "leaf", subject = "CN=second.bench.test",
                    san = {dns("second.bench.test")},
                    not_before = "-90d", not_after = "+90d",
                },
            },
        },
    },
    differs = {"http", "second"},
}
