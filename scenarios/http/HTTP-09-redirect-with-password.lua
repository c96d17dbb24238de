-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "HTTP-09",
    title = "Redirect to another host, and the password",
    category = "identity",
    severity = "S1",
    server = [[The web server answers with 307 and the address of a second host, of the trusted
        root, as in HTTP-02. What is looked at is whether the second one is told the password.]],
    why = [[The password is the first host's. A host that a redirect names is chosen by whoever
        writes answers, and gets everything that the board repeats there.]],
    good = "Asks the second host without Authorization.",
    bad = "Repeats the request with all its fields.",
    spec = {"RFC 9110 section 15.4", "RFC 9110 section 11.6.2"},
    expect = "accept",
    rules = {"credentials-kept"},
    flaw = "credentials-forwarded",
    control = "HTTP-02",
    change = {http = {status = 307}},
    differs = {"http.status"},
}
