-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CA-16",
    title = "Key and signature of the board's certificate",
    category = "identity",
    severity = "S2",
    server = [[Nothing of its own: the certificates that the board showed to servers of this
        run are read, unless the bench issued them.]],
    why = "Whoever computes the key is the board.",
    good = "P-256 or better, RSA of at least 2048 bits, signed with SHA-256 or better.",
    bad = "A shorter key, SHA-1 or MD5.",
    spec = {"RFC 9325 section 4.5"},
    expect = "observe",
    rules = {"certificate-strength"},
    flaw = "own-identity",
    control = "CA-03",
    needs = {client_auth = true},
}
