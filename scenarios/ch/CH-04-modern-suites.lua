-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CH-04",
    title = "A modern cipher suite on offer",
    category = "crypto",
    severity = "S2",
    server = [[Nothing of its own: the ClientHello of connections that the run makes anyway is
        read.]],
    why = [[Brokers turn CBC and static RSA suites off; a board without a modern suite one day
        connects no more.]],
    good = "Offers at least one suite with (EC)DHE and AES-GCM, AES-CCM or ChaCha20-Poly1305.",
    bad = "Offers none: the library is too old or was built too small.",
    spec = {"RFC 9325 section 4.2", "RFC 7925 section 4.4"},
    expect = "observe",
    rules = {"modern-suites"},
    flaw = "aead-missing",
    control = "POS-01",
}
