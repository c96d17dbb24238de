-- SPDX-License-Identifier: Apache-2.0
suite{
    name = "sessions",
    title = "Resumption, tickets, PSK",
    members = {"RES-*", "PSK-*"},
}
