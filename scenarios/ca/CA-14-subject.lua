-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CA-14",
    title = "The board's certificate names this one board",
    category = "identity",
    severity = "S2",
    server = [[Nothing of its own: the certificates that the board showed to servers of this
        run are read, unless the bench issued them.]],
    why = "One identity on many boards cannot be revoked for the one that was stolen.",
    good = "Names the board by a serial number or UUID.",
    bad = "Names a model or a company.",
    spec = {"EN 303 645 section 5.4 (provision 5.4-4)", "RFC 5280 section 4.1.2.6"},
    expect = "observe",
    rules = {"certificate-subject"},
    flaw = "own-identity",
    control = "CA-03",
    needs = {client_auth = true},
}
