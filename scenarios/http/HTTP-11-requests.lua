-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "HTTP-11",
    title = "Requests are well formed and name their host",
    category = "interoperability",
    severity = "S3",
    server = [[Nothing is served for this: the bench reads all that the board has asked its web
        servers.]],
    why = [[Several hosts share an address, and a server finds the one that is meant by Host; many
        refuse a Host that is a URL, and some one without the port.]],
    good = "Sends Host with the name, and the port where it is not 443.",
    bad = "Sends a Host without the port, a URL, or none.",
    spec = {"RFC 9110 section 7.2", "RFC 9112 section 3.2"},
    expect = "observe",
    rules = {"request-form"},
    flaw = {"host-with-scheme", "host-port-missing"},
    control = "HTTP-01",
    needs = {service = {"https"}},
}
