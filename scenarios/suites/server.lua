-- SPDX-License-Identifier: Apache-2.0
suite{
    name = "server",
    title = "Boards as servers",
    members = {"SRV-*"},
}
