-- SPDX-License-Identifier: Apache-2.0
missing{
    id = "NAME-31",
    title = "DNS leads to another name",
    reason = [[The bench's DNS answers with addresses only; answers with another name (CNAME)
        are needed.]],
}
