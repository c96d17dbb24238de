-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "POS-09",
    title = "Unknown extension that is not critical",
    category = "interoperability",
    severity = "S3",
    server = "The certificate carries an extension that nobody knows and that is not critical.",
    why = [[Extensions are how certificates change without new boards: certificate transparency
        came like this.]],
    good = "Passes over the extension and delivers its message.",
    bad = "Refuses: the board takes every extension that it does not know for an error.",
    spec = {"RFC 5280 section 4.2"},
    expect = "accept",
    flaw = "unknown-extension-refused",
    control = "POS-01",
    change = {certs = {leaf = {extensions = {{oid = "2.999.1", der = "0500"}}}}},
    differs = {"certs.leaf.extensions"},
}
