-- SPDX-License-Identifier: Apache-2.0
suite{
    name = "client-auth",
    title = "Client authentication",
    members = {"CA-*"},
}
