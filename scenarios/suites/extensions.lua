-- SPDX-License-Identifier: Apache-2.0
suite{
    name = "extensions",
    title = "Extensions: constraints, usage, policy",
    members = {"EXT-*"},
}
