-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "REC-13",
    title = "Nonces of the board's records are never used twice",
    category = "crypto",
    severity = "S0",
    server = "Nothing of its own: all connections of the run are looked at together.",
    why = [[Two records of AES-GCM under one key with one nonce give away the key that
        authenticates all of them.]],
    good = [[Counts the explicit nonce up, or draws a new one that cannot come again in a
        connection.]],
    bad = "Repeats one: it is a constant, or a counter that begins anew.",
    spec = {"RFC 5288 section 3", "RFC 9325 section 7.2.1"},
    expect = "observe",
    rules = {"record-nonces"},
    flaw = "record-nonce-repeated",
    control = "POS-01/tls12",
}
