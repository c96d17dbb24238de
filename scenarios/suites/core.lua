-- SPDX-License-Identifier: Apache-2.0
suite{
    name = "core",
    title = "What every board must get right",
    members = {"POS-01", "PATH-01"},
}
