-- SPDX-License-Identifier: Apache-2.0
missing{
    id = "NET-09",
    title = "Loss of the access point or of power inside a handshake",
    reason = "The bench does not switch access points or power yet.",
}
missing{
    id = "NET-14",
    title = "Two TLS connections at once",
    reason = "Boards are given one order at a time.",
}
