-- SPDX-License-Identifier: Apache-2.0
suite{
    name = "alerts",
    title = "Alerts and closure",
    members = {"AL-*"},
}
