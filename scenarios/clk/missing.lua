-- SPDX-License-Identifier: Apache-2.0
missing{
    id = "CLK-09",
    title = "Time after 2106-02-07",
    reason = "The bench's roots end in 2099, and SNTP cannot tell times after 2104.",
}
missing{
    id = "CLK-11",
    title = "Clock set back inside a session",
    reason = "Boards are given orders of seconds; a session that lasts is needed.",
}
missing{
    id = "CLK-13",
    title = "Time from HTTP or MQTT",
    reason = "The bench tells boards no other time than SNTP.",
}
missing{
    id = "CLK-15",
    title = "Time source that answers zero at first",
    reason = [[What a module tells its sketch cannot be seen from outside; a board without the
        time is CLK-01.]],
}
