-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "VER-02",
    title = "Server with TLS 1.0 only",
    category = "crypto",
    severity = "S2",
    server = "The server speaks TLS 1.0 and nothing newer, as an attacker would have it.",
    why = [[Its handshake is protected by MD5 and SHA-1; a board that still speaks it can be
        talked into it.]],
    good = "Closes with protocol_version, or does not offer the version at all.",
    bad = "Connects: the minimum version of its library was never set.",
    spec = {"RFC 8996 section 4", "RFC 9325 section 3.1.1"},
    expect = "refuse",
    alerts = {"protocol_version", "handshake_failure"},
    unshared = true,
    flaw = "old-tls-offered",
    control = "POS-01",
    change = {tls = {versions = {"1.0"}}},
    differs = {"tls.versions"},
}
