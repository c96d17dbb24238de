-- SPDX-License-Identifier: Apache-2.0
-- One thing, the kind of name, and a subject that must not be a second reason.
local kinds = {
    {id = "email", san = email("broker.bench.test"), what = "as a mail address"},
    {id = "uri", san = uri("mqtts://broker.bench.test"), what = "in a URI"},
    {id = "uri-bare", san = uri("broker.bench.test"), what = "as a URI that is the name alone"},
    {id = "directory", san = "dir:CN=broker.bench.test", what = "in a directory name"},
    {id = "other", san = "other:2.999.3=broker.bench.test", what = "in a name of its own kind"},
}

for _, kind in ipairs(kinds) do
    scenario{
        id = "NAME-24/" .. kind.id,
        title = "Right name of another kind: " .. kind.id,
        category = "name",
        severity = "S1",
        server = "The name of the broker stands in subjectAltName, but " .. kind.what ..
            " and not as the name of a host.",
        why = [[Authorities check each kind of name in another way, and some kinds not at all: who
            may have a mail address need not be the host.]],
        good = "Looks at dNSName only, finds none, and closes with bad_certificate.",
        bad = "Completes the handshake: the board compares every name whatever its kind.",
        spec = {"RFC 9525 section 6.2", "RFC 9525 section 6.6"},
        expect = "refuse",
        alerts = {"bad_certificate"},
        flaw = "any-general-name",
        control = "POS-01",
        change = {certs = {leaf = {subject = "CN=unrelated.test", san = {kind.san}}}},
        differs = {"certs.leaf.subject", "certs.leaf.san"},
    }
end
