-- SPDX-License-Identifier: Apache-2.0
suite{
    name = "path",
    title = "Trust and path",
    members = {"PATH-*"},
}
