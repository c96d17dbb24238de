-- SPDX-License-Identifier: Apache-2.0
suite{
    name = "names",
    title = "Names of servers",
    members = {"NAME-*"},
}
