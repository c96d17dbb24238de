-- SPDX-License-Identifier: Apache-2.0
suite{
    name = "versions",
    title = "Versions and downgrade",
    members = {"VER-*"},
}
