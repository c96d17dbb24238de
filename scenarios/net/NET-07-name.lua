-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "NET-07/nxdomain",
    title = "Name not resolved: nxdomain",
    category = "robustness",
    severity = "S2",
    server = "The DNS server answers that there is no such name.",
    why = [[Names fail to resolve whenever a board wakes up before its network does; that must
        not be the end.]],
    good = "Reports it, waits, and connects to the next good server as if nothing had been.",
    bad = "Crashes, hangs, or falls back to an address in its flash.",
    spec = {"RFC 1035 section 4.1.1", "RFC 1034 section 5.3.3"},
    expect = "cope",
    flaw = "dns-failure-crash",
    control = "POS-01",
    change = {dns = {rcode = "nxdomain"}},
    differs = {"dns"},
    deadline_ms = 20000,
}

scenario{
    id = "NET-07/servfail",
    title = "Name not resolved: servfail",
    category = "robustness",
    severity = "S2",
    server = "The DNS server answers that it failed.",
    why = [[Names fail to resolve whenever a board wakes up before its network does; that must
        not be the end.]],
    good = "Reports it, waits, and connects to the next good server as if nothing had been.",
    bad = "Crashes, hangs, or falls back to an address in its flash.",
    spec = {"RFC 1035 section 4.1.1", "RFC 1034 section 5.3.3"},
    expect = "cope",
    flaw = "dns-failure-crash",
    control = "POS-01",
    change = {dns = {rcode = "servfail"}},
    differs = {"dns"},
    deadline_ms = 20000,
}

scenario{
    id = "NET-07/refused",
    title = "Name not resolved: refused",
    category = "robustness",
    severity = "S2",
    server = "The DNS server answers that it refuses.",
    why = [[Names fail to resolve whenever a board wakes up before its network does; that must
        not be the end.]],
    good = "Reports it, waits, and connects to the next good server as if nothing had been.",
    bad = "Crashes, hangs, or falls back to an address in its flash.",
    spec = {"RFC 1035 section 4.1.1", "RFC 1034 section 5.3.3"},
    expect = "cope",
    flaw = "dns-failure-crash",
    control = "POS-01",
    change = {dns = {rcode = "refused"}},
    differs = {"dns"},
    deadline_ms = 20000,
}

scenario{
    id = "NET-07/empty",
    title = "Name not resolved: empty",
    category = "robustness",
    severity = "S2",
    server = "The DNS server answers without any address.",
    why = [[Names fail to resolve whenever a board wakes up before its network does; that must
        not be the end.]],
    good = "Reports it, waits, and connects to the next good server as if nothing had been.",
    bad = "Crashes, hangs, or falls back to an address in its flash.",
    spec = {"RFC 1035 section 4.1.1", "RFC 1034 section 5.3.3"},
    expect = "cope",
    flaw = "dns-failure-crash",
    control = "POS-01",
    change = {dns = {rcode = "noerror"}},
    differs = {"dns"},
    deadline_ms = 20000,
}

scenario{
    id = "NET-07/silent",
    title = "Name not resolved: silent",
    category = "robustness",
    severity = "S2",
    server = "The DNS server never answers.",
    why = [[Names fail to resolve whenever a board wakes up before its network does; that must
        not be the end.]],
    good = "Reports it, waits, and connects to the next good server as if nothing had been.",
    bad = "Crashes, hangs, or falls back to an address in its flash.",
    spec = {"RFC 1035 section 4.1.1", "RFC 1034 section 5.3.3"},
    expect = "cope",
    flaw = "dns-failure-crash",
    control = "POS-01",
    change = {dns = {silent = true}},
    differs = {"dns"},
    silent = true,
    deadline_ms = 20000,
}

scenario{
    id = "NET-07/slow",
    title = "Name resolved after two seconds",
    category = "robustness",
    severity = "S3",
    server = "The DNS server answers after two seconds.",
    why = [[Mobile networks and overloaded resolvers take seconds; a board that gives up sooner
        works in the office only.]],
    good = "Waits, and connects.",
    bad = "Gives up before the answer comes.",
    spec = {"RFC 1035 section 4.2.1"},
    expect = "accept",
    flaw = "dns-failure-crash",
    control = "POS-01",
    change = {dns = {delay_ms = 2000}},
    differs = {"dns"},
    deadline_ms = 20000,
}
