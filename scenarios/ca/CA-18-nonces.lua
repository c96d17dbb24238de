-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CA-18",
    title = "Nonces of the board's signatures are never used twice",
    category = "identity",
    severity = "S0",
    server = "Nothing of its own: all connections of the run are looked at together.",
    why = "Two ECDSA signatures with one nonce give away the private key to anybody who sees both.",
    good = "Makes every nonce anew, at random or from key and message (RFC 6979).",
    bad = "Uses one twice: its random numbers are broken, or the secure element's are.",
    spec = {"FIPS 186-5 section 6.3", "RFC 6979 section 1"},
    expect = "observe",
    rules = {"signature-nonces"},
    flaw = "signing-nonce-repeated",
    control = "CA-03",
    needs = {client_auth = true},
}
