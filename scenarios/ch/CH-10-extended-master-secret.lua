-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CH-10",
    title = "extended_master_secret on offer",
    category = "crypto",
    severity = "S3",
    server = [[Nothing of its own: the ClientHello of connections that the run makes anyway is
        read.]],
    why = [[Without it a session is not bound to its handshake, and a server can pass as the
        board elsewhere (triple handshake).]],
    good = "Offers it whenever it offers TLS 1.2.",
    bad = [[Does not offer it, as BearSSL 0.6, though RFC 9325 says that it must: degraded, because
        nothing is lost as long as the board neither resumes sessions nor uses client certificates
        with renegotiation.]],
    spec = {"RFC 7627 section 5.2", "RFC 9325 section 3.5"},
    expect = "observe",
    rules = {"extended-master-secret"},
    flaw = "ems-missing",
    control = "POS-01",
}
