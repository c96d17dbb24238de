-- SPDX-License-Identifier: Apache-2.0
suite{
    name = "negotiation",
    title = "Renegotiation, extended master secret, ALPN, SNI",
    members = {"EMS-*", "ALPN-*", "SNI-*"},
}
