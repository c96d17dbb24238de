-- SPDX-License-Identifier: Apache-2.0
suite{
    name = "tls",
    title = "All that a board does as a TLS client: everything without MQTT's own cases",
    members = {
        "POS-*", "PATH-*", "NAME-*", "TIME-*", "CLK-*", "SIG-*", "EXT-*", "CHAIN-*", "REV-*",
        "VER-*", "CIPH-*", "KEX-*", "EMS-*", "CH-*", "SNI-*", "ALPN-*", "CA-*", "PSK-*",
        "RES-*", "REC-*", "AL-*", "NET-*",
    },
}
