-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "PSK-03",
    title = "Pre-shared key with an identity hint",
    category = "identity",
    severity = "S3",
    server = "The server of TLS 1.2 sends an identity hint that the board does not know.",
    why = "A hint is advice; a board with one key has nothing to choose.",
    good = "Ignores the hint and connects with its key.",
    bad = "Gives up, hangs or crashes.",
    spec = {"RFC 4279 section 5.2"},
    expect = "accept",
    flaw = "psk-hint-refused",
    control = "PSK-01/tls12",
    change = {tls = {psk = {hint = "some other place"}}},
    differs = {"tls.psk.hint"},
    needs = {psk = true, tls = {"1.2"}},
}
