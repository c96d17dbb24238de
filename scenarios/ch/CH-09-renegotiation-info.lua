-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CH-09",
    title = "Secure renegotiation announced",
    category = "interoperability",
    severity = "S3",
    server = [[Nothing of its own: the ClientHello of connections that the run makes anyway is
        read.]],
    why = [[Without it an attacker can put his own data before the board's first message, and
        careful servers refuse the board.]],
    good = [[Sends renegotiation_info or TLS_EMPTY_RENEGOTIATION_INFO_SCSV whenever it offers
        TLS 1.2.]],
    bad = "Sends neither.",
    spec = {"RFC 5746 section 3.4", "RFC 9325 section 3.5"},
    expect = "observe",
    rules = {"renegotiation-info"},
    flaw = "renegotiation-info-missing",
    control = "POS-01",
}
