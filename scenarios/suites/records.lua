-- SPDX-License-Identifier: Apache-2.0
suite{
    name = "records",
    title = "Record layer",
    members = {"REC-*"},
}
