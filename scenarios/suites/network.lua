-- SPDX-License-Identifier: Apache-2.0
suite{
    name = "network",
    title = "Network, timing, resources",
    members = {"NET-*"},
}
