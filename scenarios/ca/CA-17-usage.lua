-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CA-17",
    title = "Usage of the board's certificate",
    category = "identity",
    severity = "S2",
    server = [[Nothing of its own: the certificates that the board showed to servers of this
        run are read, unless the bench issued them.]],
    why = [[A board whose certificate is a CA's can issue identities to other boards once it is
        opened.]],
    good = "Is for clients, and no CA.",
    bad = "Has CA:TRUE, or is for servers only.",
    spec = {"RFC 5280 section 4.2.1.9", "RFC 5280 section 4.2.1.12"},
    expect = "observe",
    rules = {"certificate-usage"},
    flaw = "own-identity",
    control = "CA-03",
    needs = {client_auth = true},
}
