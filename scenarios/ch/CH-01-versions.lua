-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CH-01",
    title = "Offered protocol versions",
    category = "crypto",
    severity = "S2",
    server = [[Nothing of its own: the ClientHello of connections that the run makes anyway is
        read.]],
    why = [[A version that is offered can be forced upon the board by whoever sits between it
        and its broker.]],
    good = "Offers TLS 1.2 or 1.3 and nothing older.",
    bad = [[Offers TLS 1.0 or 1.1: the minimum version of its library was never set. Or offers
        nothing newer, and modern brokers refuse it.]],
    spec = {"RFC 9325 section 3.1.1", "RFC 8996 section 4", "RFC 8996 section 5"},
    expect = "observe",
    rules = {"offered-versions"},
    flaw = "old-tls-offered",
    control = "POS-01",
}
