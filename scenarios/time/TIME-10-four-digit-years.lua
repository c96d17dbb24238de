-- SPDX-License-Identifier: Apache-2.0
for _, year in ipairs{2050, 2069} do
    scenario{
        id = "TIME-10/" .. year,
        title = "Certificate that is valid until " .. year,
        category = "time",
        severity = "S2",
        server = "The certificate ends in " .. year ..
            ", which has to be written with four digits, as GeneralizedTime.",
        why = [[Certificates of devices and their private authorities are made for decades; from
            2050 on their end has another form.]],
        good = "Reads both forms of time and delivers its message.",
        bad = [[Refuses: the board knows UTCTime only, or counts the seconds since 1970 in 32 bits
            and takes the end for a date of the last century.]],
        spec = {"RFC 5280 section 4.1.2.5.2"},
        expect = "accept",
        flaw = {"generalizedtime-refused", "dates-32-bit"},
        control = "POS-01",
        change = {certs = {leaf = {not_after = year .. "-06-01T00:00:00Z"}}},
        differs = {"certs.leaf.not_after"},
    }
end
