-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "TIME-19",
    title = "Certificate that ends between two connections",
    category = "time",
    severity = "S3",
    server = "The board connects; by its next connection the certificate, the same one, has ended.",
    why = [[What was good an hour ago need not be good now; a board that remembers its broker's
        certificate has to look at the dates again.]],
    good = "Connects at first, and refuses when the certificate has ended.",
    bad = "Connects: it remembered that the certificate was good.",
    spec = {"RFC 5280 section 6.1.3 (a)(2)"},
    expect = "refuse",
    alerts = {"certificate_expired"},
    flaw = "not-after-unchecked",
    control = "POS-01",
    steps = {
        {
            title = "the certificate is valid for another hour",
            change = {certs = {leaf = {not_after = "+1h"}}},
        },
    },
    change = {certs = {leaf = {not_after = "-1s"}}},
    differs = {"certs.leaf.not_after"},
}
