-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CA-15",
    title = "Validity of the board's certificate",
    category = "identity",
    severity = "S3",
    server = [[Nothing of its own: the certificates that the board showed to servers of this
        run are read, unless the bench issued them.]],
    why = [[A certificate from 1970 was made without a clock, and one for a hundred years makes
        a stolen key good for ever.]],
    good = [[Is valid from when it was made until a time that is meant; 9999-12-31 says that no
        end is meant.]],
    bad = "Begins in 1970, ends before it begins, or lasts for decades.",
    spec = {"RFC 5280 section 4.1.2.5", "IEEE 802.1AR-2018 section 8.7"},
    expect = "observe",
    rules = {"certificate-dates"},
    flaw = "own-identity",
    control = "CA-03",
    needs = {client_auth = true},
}
