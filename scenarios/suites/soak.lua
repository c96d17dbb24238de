-- SPDX-License-Identifier: Apache-2.0
-- Hours and a day, in no other suite; `assay run -s @soak --soak 30m` makes each of them shorter.
suite{
    name = "soak",
    title = "Boards over hours: outages, random disconnects, wrong servers",
    members = {"MQ-46", "MQ-47", "MQ-47/silent", "LONG-05"},
}
