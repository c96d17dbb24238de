-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CH-05",
    title = "Server name in the ClientHello",
    category = "interoperability",
    severity = "S2",
    server = [[Nothing of its own: the ClientHello of connections that the run makes anyway is
        read.]],
    why = "Cloud brokers serve many names at one address and choose the certificate by this one.",
    good = "Sends exactly the host name that it was told to connect to.",
    bad = [[Sends none, another one, or an IP address: the name was resolved before the TLS
        library was asked.]],
    spec = {"RFC 6066 section 3", "RFC 9325 section 3.7"},
    expect = "observe",
    rules = {"server-name"},
    flaw = "sni-missing",
    control = "POS-01",
}
