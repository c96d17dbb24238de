-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "PATH-01",
    title = "Self-signed certificate with the right name",
    category = "trust",
    severity = "S0",
    server = [[The server's certificate has the right name and right dates, but the server signed
        it itself: no authority that the board trusts has ever seen it.]],
    why = [[Anybody on the way between board and broker can make such a certificate within a
        second and then read along.]],
    good = "Closes the connection before it sends its Finished, with unknown_ca.",
    bad = [[Completes the handshake: the board does not verify who signed the certificate
        (setInsecure(), VERIFY_NONE), and its password goes to whoever answers.]],
    spec = {"RFC 5280 section 6.1", "RFC 5246 section 7.2.2", "RFC 8446 section 6.2"},
    expect = "refuse",
    alerts = {"unknown_ca"},
    flaw = "self-signed-trusted",
    control = "POS-01",
    change = {certs = {leaf = {issuer = "self"}}},
    differs = {"certs.leaf.issuer"},
}
