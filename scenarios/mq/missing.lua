-- SPDX-License-Identifier: Apache-2.0
missing{
    id = "MQ-46",
    title = "Outage of an hour",
    reason = [[Takes an hour; MQ-10 and MQ-26 show in seconds how a board comes back. A board whose
        file has a session_factor can be watched for longer.]],
}
missing{
    id = "MQ-47",
    title = "An hour of random disconnects",
    reason = [[Takes an hour; MQ-10/unstable is the same for some seconds, and assay run --repeat
        does it as often as wanted.]],
}
