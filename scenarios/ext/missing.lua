-- SPDX-License-Identifier: Apache-2.0
missing{
    id = "EXT-24",
    title = "Name constraints of the trust anchor",
    reason = [[A board is given the root of the bench once and keeps it; a root with name
        constraints would have to be given to it for this case alone.]],
}
