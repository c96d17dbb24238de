-- SPDX-License-Identifier: Apache-2.0
missing{
    id = "PATH-20",
    title = "Valid chain of a public authority",
    reason = [[A certificate of a public authority and its private key would be needed, and none
        may be given away; the bench can only be an authority that the board does not know
        (PATH-03).]],
}

missing{
    id = "PATH-21",
    title = "Valid certificate of the right authority with another key than the pinned one",
    reason = [[Boards have no word in their file and no command for "this key is pinned"; without
        it the case is the same as POS-01.]],
}

missing{
    id = "PATH-22",
    title = "Known-compromised CA: Superfish, eDellRoot, DSDTestProvider",
    reason = [[The keys of these authorities would be needed, which this repository does not
        hold. Whether a board has one of these roots shows in the alert that it sends in PATH-23.]],
}

missing{
    id = "PATH-24",
    title = "Certificate message without a certificate",
    reason = [[OpenSSL sends no empty Certificate message; a server that writes its messages
        itself is needed.]],
}

missing{
    id = "PATH-25",
    title = "No Certificate message, although the suite needs one",
    reason = [[OpenSSL leaves the message out only for anonymous and pre-shared-key suites; a
        server that writes its messages itself is needed.]],
}

missing{
    id = "PATH-26",
    title = "Garbage bytes as certificate",
    reason = [[OpenSSL sends certificates only that it can parse; a server that writes its
        messages itself is needed.]],
}
