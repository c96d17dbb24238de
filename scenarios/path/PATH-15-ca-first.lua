-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "PATH-15",
    title = "CA certificate in the place of the server certificate",
    category = "trust",
    severity = "S1",
    server = [[The server sends the certificate of the intermediate first and signs with its key;
        the server certificate with the right name comes second.]],
    why = [[The first certificate is the one that the server proves to own: a name in another one
        proves nothing.]],
    good = [[Takes the first certificate for the server, finds that it is a CA without the right
        name, and closes.]],
    bad = [[Completes the handshake: the board looks for its name in any certificate that it is
        sent.]],
    spec = {"RFC 8446 section 4.4.2", "RFC 5246 section 7.4.2", "RFC 9525 section 6.6"},
    expect = "refuse",
    alerts = {"unsupported_certificate", "bad_certificate", "certificate_unknown"},
    flaw = "chain-unchecked",
    control = "POS-03",
    change = {chain = {"intermediate", "leaf"}},
    differs = {"chain"},
}
