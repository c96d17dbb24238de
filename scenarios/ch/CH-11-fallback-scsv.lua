-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CH-11",
    title = "No claim to fall back in a first ClientHello",
    category = "interoperability",
    severity = "S4",
    server = [[Nothing of its own: the ClientHello of connections that the run makes anyway is
        read.]],
    why = [[A server that knows a newer version than the board offers ends the connection when
        the board says that it fell back.]],
    good = "Does not send TLS_FALLBACK_SCSV, because its ClientHello offers all that it can.",
    bad = "Sends it in every ClientHello: an option was misunderstood.",
    spec = {"RFC 7507 section 4"},
    expect = "observe",
    rules = {"fallback-scsv"},
    flaw = "fallback-scsv-sent",
    control = "POS-01",
}
