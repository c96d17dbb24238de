-- SPDX-License-Identifier: Apache-2.0
suite{
    name = "positive",
    title = "Good servers of many kinds",
    members = {"POS-*"},
}
