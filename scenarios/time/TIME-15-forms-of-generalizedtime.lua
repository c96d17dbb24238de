-- SPDX-License-Identifier: Apache-2.0
local forms = {
    {
        id = "fraction", text = "generalizedtime:20500101000000.5Z",
        what = "has a fraction of a second",
    },
    {
        id = "no-zone", text = "generalizedtime:20500101000000",
        what = "does not say that it is in UTC",
    },
    {id = "no-seconds", text = "generalizedtime:205001010000Z", what = "has no seconds"},
}

for _, form in ipairs(forms) do
    scenario{
        id = "TIME-15/" .. form.id,
        title = "Four-digit date in a form that is not allowed: " .. form.id,
        category = "time",
        severity = "S3",
        server = "The certificate ends in 2050; its GeneralizedTime " .. form.what .. ".",
        why = [[Four-digit dates are read by code that is rarely tested: here it shows whether it
            reads or guesses.]],
        good = "Takes a date in another form for no date, and closes.",
        bad = [[Completes the handshake: the board reads digits and does not look at what stands
            around them.]],
        spec = {"RFC 5280 section 4.1.2.5.2"},
        expect = "refuse",
        alerts = {"bad_certificate", "certificate_unknown", "decode_error", "certificate_expired"},
        flaw = "date-syntax-unchecked",
        control = "POS-01",
        change = {certs = {leaf = {not_after_raw = form.text}}},
        differs = {"certs.leaf.not_after_raw"},
    }
end
