-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CH-14",
    title = "Heartbeat on offer",
    category = "crypto",
    severity = "S4",
    server = [[Nothing of its own: the ClientHello of connections that the run makes anyway is
        read.]],
    why = "No MQTT client needs TLS heartbeats, and their code has given away memory (Heartbleed).",
    good = "Does not offer the extension.",
    bad = "Offers it: the library is older than 2014 or was built with everything.",
    spec = {"RFC 6520 section 2"},
    expect = "observe",
    rules = {"heartbeat"},
    flaw = "heartbeat-offered",
    control = "POS-01",
}
