-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "MQ-37",
    title = "DISCONNECT that names another server",
    category = "mqtt",
    severity = "S2",
    server = [[The broker ends the session with reason 156 (use another server) and names
        other.bench.test, where a server with the certificate of this one answers.]],
    why = [[Who can send a board elsewhere must not be able to choose whom it trusts there.]],
    good = [[Waits, and either stays with its own broker or asks the other one for a certificate of
        that name, and refuses.]],
    bad = "Connects there without TLS, or takes any certificate for the other server's.",
    spec = {"MQTT 5.0 section 4.11", "MQTT 5.0 section 3.14", "RFC 9525 section 6"},
    expect = "cope",
    rules = {"stay-comes-back", "stay-moved"},
    flaw = "moved-without-tls",
    control = "MQ-19/v5",
    change = {
        mqtt = {faults = {"disconnect PINGREQ count=1 reason=156 reference=other.bench.test"}},
    },
    differs = {"mqtt.faults"},
    needs = {mqtt = {"5.0"}},
    lasts_ms = 3000,
}
