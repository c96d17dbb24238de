-- SPDX-License-Identifier: Apache-2.0
local sizes = {
    {kib = 2, expect = "accept", severity = "S2", category = "interoperability",
     flaw = "large-certificate-refused"},
    {kib = 4, expect = "accept", severity = "S3", category = "interoperability",
     flaw = "large-certificate-refused"},
    {kib = 8, expect = "cope", severity = "S2", category = "robustness",
     flaw = "odd-certificate-crash"},
    {kib = 12, expect = "cope", severity = "S2", category = "robustness",
     flaw = "odd-certificate-crash"},
    {kib = 24, expect = "cope", severity = "S2", category = "robustness",
     flaw = "odd-certificate-crash"},
    {kib = 32, expect = "cope", severity = "S2", category = "robustness",
     flaw = "odd-certificate-crash"},
}

for _, size in ipairs(sizes) do
    local accept = size.expect == "accept"

    scenario{
        id = "CHAIN-02/" .. size.kib .. "k",
        title = "Certificate of " .. size.kib .. " KiB",
        category = size.category,
        severity = size.severity,
        server = "The certificate carries an extension, not critical, of " .. size.kib ..
            " KiB that means nothing.",
        why = [[Certificates grow: more names, logs, and soon signatures of kilobytes. A board may
            have a limit, and must not fall over beyond it.]],
        good = accept and "Passes over the extension and delivers its message." or
            "Accepts, or refuses what it has no room for, and is ready for the next connection.",
        bad = accept and "Refuses: its buffer for a certificate is smaller than that." or
            "Runs out of memory, is reset, or hangs.",
        spec = {"RFC 5246 section 7.4.2", "RFC 8446 section 4.4.2"},
        expect = size.expect,
        flaw = size.flaw,
        control = "POS-01",
        change = {certs = {leaf = {padding = size.kib * 1024}}},
        differs = {"certs.leaf.padding"},
    }
end
