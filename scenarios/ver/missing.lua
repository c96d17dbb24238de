-- SPDX-License-Identifier: Apache-2.0
missing{
    id = "VER-12",
    title = "Port 8883 closed, broker without TLS at 1883",
    reason = "One service is served at a time; a second one beside it is needed.",
}
