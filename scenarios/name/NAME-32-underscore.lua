-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "NAME-32",
    title = "Host name with an underscore",
    category = "name",
    severity = "S4",
    server = "The board connects to broker_1.bench.test; the certificate names exactly that.",
    why = [[Host names have no underscores by the old rule; the DNS carries them, plants have
        them, and no rule about comparing forbids them.]],
    good = "Compares the names as they are and delivers its message.",
    bad = "Refuses: the board checks the letters of names. That is safe; say so in its manual.",
    spec = {"RFC 9525 section 6.3", "RFC 1123 section 2.1"},
    expect = "accept",
    flaw = "underscore-refused",
    control = "POS-01",
    change = {
        host = "broker_1.bench.test",
        certs = {leaf = {subject = "CN=broker_1.bench.test", san = {dns("broker_1.bench.test")}}},
    },
    differs = {"host", "certs.leaf.subject", "certs.leaf.san"},
}
