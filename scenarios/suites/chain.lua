-- SPDX-License-Identifier: Apache-2.0
suite{
    name = "chain",
    title = "Chain shape and size",
    members = {"CHAIN-*"},
}
