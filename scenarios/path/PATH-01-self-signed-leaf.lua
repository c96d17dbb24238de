-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "PATH-01",
    title = "Self-signed certificate with the right name",
    category = "trust",
    severity = "S0",
    server = [[The server's certificate carries the right name and right dates, but the server
        signed it itself: no authority that the board trusts has ever seen it.]],
    why = [[Anybody on the board's network can make such a certificate within a second and read
        along.]],
    good = "Closes the connection before its Finished, with unknown_ca.",
    bad = [[Completes the handshake: the board does not verify who signed the certificate at all
        (setInsecure, VERIFY_NONE), and its password goes to whoever asks.]],
    spec = {"RFC 5280 section 6.1", "RFC 5246 section 7.2.2", "RFC 8446 section 6.2"},
    expect = "refuse",
    alerts = {"unknown_ca"},
    control = "POS-01",
    change = {certs = {leaf = {issuer = "self"}}},
    differs = {"certs.leaf.issuer"},
}
