-- SPDX-License-Identifier: Apache-2.0
suite{
    name = "http",
    title = "Web servers: answers and redirects",
    members = {"HTTP-*"},
}
