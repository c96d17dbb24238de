-- SPDX-License-Identifier: Apache-2.0
suite{
    name = "client-hello",
    title = "What a ClientHello tells",
    members = {"CH-*"},
}
