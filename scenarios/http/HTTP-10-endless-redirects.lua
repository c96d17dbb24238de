-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "HTTP-10",
    title = "Redirect that leads to a redirect, without end",
    category = "robustness",
    severity = "S3",
    server = "The web server answers every request with 302 and an address of its own.",
    why = [[A server that is set up wrongly sends its clients in a circle; a board that does not
        notice is busy with it until its battery is empty.]],
    good = "Counts redirects, gives up after a few, and reports a failure.",
    bad = "Follows for ever.",
    spec = {"RFC 9110 section 15.4"},
    expect = "cope",
    rules = {"few-redirects", "reports-failure"},
    flaw = {"redirect-endless", "redirect-ignored"},
    control = "HTTP-01",
    needs = {redirects = true},
    change = {http = {status = 302, location = "/again"}},
    differs = {"http"},
    deadline_ms = 2000,
}
