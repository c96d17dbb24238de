-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SRV-28",
    title = "Second try with an older version",
    category = "crypto",
    severity = "S2",
    server = [[The bench comes with TLS 1.2 and says that it has tried a newer version before
        (TLS_FALLBACK_SCSV).]],
    why = [[Who stands between both can break the first try; the client's word tells the server that
        somebody did.]],
    good = "Ends the handshake with inappropriate_fallback: it does know TLS 1.3.",
    bad = "Goes on with the older version.",
    spec = {"RFC 7507 section 3"},
    expect = "refuse",
    alerts = {"inappropriate_fallback"},
    control = "SRV-01",
    flaw = "fallback-ignored",
    needs = {tls = {"1.3"}},
    change = function(description)
        description.tls.versions = {"1.2"}
        description.visit = {fallback = true}
        return description
    end,
    differs = {"tls.versions", "visit"},
}
