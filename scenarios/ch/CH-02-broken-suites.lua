-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CH-02",
    title = "Broken cipher suites on offer",
    category = "crypto",
    severity = "S1",
    server = [[Nothing of its own: the ClientHello of connections that the run makes anyway is
        read.]],
    why = [[A suite without encryption or authentication, or with a broken cipher, protects
        nothing once it is chosen.]],
    good = [[Offers no suite with NULL, anon, EXPORT, RC4, RC2, DES or MD5, and no longer 3DES
        or IDEA.]],
    bad = [[Offers one: the list of suites is the library's default or all that it knows. 3DES
        and IDEA alone are degraded, not failed.]],
    spec = {"RFC 9325 section 4.1", "RFC 7465 section 2", "RFC 5469 section 4"},
    expect = "observe",
    rules = {"broken-suites"},
    flaw = "weak-suites-offered",
    control = "POS-01",
}
