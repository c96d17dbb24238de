-- SPDX-License-Identifier: Apache-2.0
local forms = {
    {id = "month-13", text = "utctime:491301000000Z", what = "is in month 13"},
    {id = "day-32", text = "utctime:490132000000Z", what = "is on the 32nd of January"},
    {id = "february-30", text = "utctime:490230000000Z", what = "is on the 30th of February"},
    {id = "hour-24", text = "utctime:490101240000Z", what = "is in hour 24"},
    {id = "second-60", text = "utctime:491231235960Z", what = "is in second 60, a leap second"},
}

for _, form in ipairs(forms) do
    scenario{
        id = "TIME-17/" .. form.id,
        title = "Date that does not exist: " .. form.id,
        category = "time",
        severity = "S3",
        server = "The end of the certificate " .. form.what .. ", of the year 2049.",
        why = [[Code that looks up the length of month 13 in a table of twelve reads whatever
            stands behind the table.]],
        good = "Takes it for no date, and closes.",
        bad = [[Completes the handshake, or crashes: the board computes with whatever the digits
            say.]],
        spec = {"RFC 5280 section 4.1.2.5.1"},
        expect = "refuse",
        alerts = {"bad_certificate", "certificate_unknown", "decode_error", "certificate_expired"},
        flaw = "date-syntax-unchecked",
        control = "POS-01",
        change = {certs = {leaf = {not_after_raw = form.text}}},
        differs = {"certs.leaf.not_after_raw"},
    }
end
