-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SRV-35",
    title = "ClientHello in several records",
    category = "interoperability",
    severity = "S3",
    server = "The bench's ClientHello comes in records of 100 bytes.",
    why = [[Messages may be cut into records anywhere; with post-quantum key shares ClientHellos
        grow beyond what clients send at once.]],
    good = "Puts them together, and answers.",
    bad = "Ends the handshake: it takes one record for one message.",
    spec = {"RFC 8446 section 5.1"},
    expect = "accept",
    control = "SRV-01",
    flaw = "fragmented-hello-refused",
    needs = {tls = {"1.2", "1.3"}},
    change = {visit = {hello_fragment = 100}},
    differs = {"visit"},
}
