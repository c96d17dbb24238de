-- SPDX-License-Identifier: Apache-2.0
local forms = {
    {id = "no-seconds", text = "utctime:4901010000Z", what = "has no seconds"},
    {
        id = "offset", text = "utctime:490101000000+0100",
        what = "is not in UTC but one hour east of it",
    },
    {id = "no-zone", text = "utctime:490101000000", what = "does not say that it is in UTC"},
}

for _, form in ipairs(forms) do
    scenario{
        id = "TIME-14/" .. form.id,
        title = "Two-digit date in a form that is not allowed: " .. form.id,
        category = "time",
        severity = "S3",
        server = "The certificate ends in 2049; its UTCTime " .. form.what .. ".",
        why = [[The general rules of ASN.1 allow many forms and those of certificates one: a
            reader that guesses may be wrong by hours or by the whole date.]],
        good = "Takes a date in another form for no date, and closes.",
        bad = [[Completes the handshake: the board reads digits and does not look at what stands
            around them.]],
        spec = {"RFC 5280 section 4.1.2.5.1"},
        expect = "refuse",
        alerts = {"bad_certificate", "certificate_unknown", "decode_error", "certificate_expired"},
        flaw = "date-syntax-unchecked",
        control = "POS-01",
        change = {certs = {leaf = {not_after_raw = form.text}}},
        differs = {"certs.leaf.not_after_raw"},
    }
end
