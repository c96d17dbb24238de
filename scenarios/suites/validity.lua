-- SPDX-License-Identifier: Apache-2.0
suite{
    name = "validity",
    title = "Dates of certificates",
    members = {"TIME-*"},
}
