-- SPDX-License-Identifier: Apache-2.0
-- One thing, TLS, at the two places that say whether there is any.
scenario{
    id = "HTTP-05",
    title = "Redirect to a host without TLS",
    category = "crypto",
    severity = "S0",
    server = [[The web server has a good certificate and answers with 302 and an address that
        begins with http://; the host there answers without TLS.]],
    why = [[A board that goes on without encryption because an answer says so gives its request to
        everybody on the path, and takes whatever they answer.]],
    good = "Does not go there: an address without TLS is no place for what began with it.",
    bad = [[Sends its request in the clear; or takes the address for one with TLS, which sends
        nothing in the clear, and is degraded all the same: http:// is another place than
        https://.]],
    spec = {
        "RFC 9325 section 3.2", "RFC 9110 section 4.2",
        "EN 303 645 section 5.5 (provision 5.5-1)",
    },
    expect = "cope",
    rules = {"no-plain-text"},
    flaw = {"redirect-to-plain", "redirect-scheme-ignored"},
    control = "HTTP-02",
    change = {http = {location = "http://{second}/"}, second = {service = "http"}},
    differs = {"http.location", "second.service"},
}
