-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "EXT-04",
    title = "One CA more than the path length allows",
    category = "trust",
    severity = "S1",
    server = [[The upper of two intermediates may have no CA below it (pathLenConstraint 0), and
        yet there is one.]],
    why = [[The path length keeps a department, a plant or a customer from making authorities of
        its own.]],
    good = "Counts the CAs below each limit, finds one too many, and closes.",
    bad = "Completes the handshake: the board does not look at pathLenConstraint.",
    spec = {"RFC 5280 section 6.1.4 (l) and (m)", "RFC 5280 section 4.2.1.9"},
    expect = "refuse",
    alerts = {"unknown_ca", "bad_certificate", "certificate_unknown"},
    flaw = "pathlen-unchecked",
    control = "POS-03/two",
    change = {certs = {top = {basic_constraints = {ca = true, critical = true, pathlen = 0}}}},
    differs = {"certs.top.basic_constraints"},
}
