-- SPDX-License-Identifier: Apache-2.0
suite{
    name = "full",
    title = "Everything that there is",
    members = {"*"},
}
