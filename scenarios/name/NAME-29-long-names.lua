-- SPDX-License-Identifier: Apache-2.0
local label = ("a"):rep(63)
local long = label .. "." .. label .. ".bench.test"
local other = label .. "." .. ("a"):rep(62) .. "b.bench.test"

scenario{
    id = "NAME-29/long-host",
    title = "Long host name",
    category = "name",
    severity = "S3",
    server = [[The board connects to a host whose name has two labels of 63 letters, the longest
        that there are; the certificate names exactly that.]],
    why = [[Cloud services make the names of brokers from customer, region and stage; a name may
        have 253 letters.]],
    good = "Has room for the name and delivers its message.",
    bad = "Refuses, or crashes: the board has 64 bytes for a name.",
    spec = {"RFC 1035 section 2.3.4", "RFC 9525 section 6.3"},
    expect = "accept",
    flaw = "long-host-refused",
    control = "POS-01",
    change = {host = long, certs = {leaf = {subject = "CN=long", san = {dns(long)}}}},
    differs = {"host", "certs.leaf.subject", "certs.leaf.san"},
}

scenario{
    id = "NAME-29/cut",
    title = "Long name that differs only at its end",
    category = "name",
    severity = "S1",
    server = [[The board connects to the host of NAME-29/long-host; the name in the certificate
        is the same but for its last letters.]],
    why = [[A name that is cut before it is compared is equal to all that begin like it, and
        anybody can have one of those.]],
    good = "Compares the whole name and closes with bad_certificate.",
    bad = "Completes the handshake: the board compares 63 bytes.",
    spec = {"RFC 9525 section 6.3", "RFC 9525 section 6.6"},
    expect = "refuse",
    alerts = {"bad_certificate"},
    flaw = "name-truncated",
    control = "NAME-29/long-host",
    change = {certs = {leaf = {san = {dns(other)}}}},
    differs = {"certs.leaf.san"},
}

local beside = {
    {id = "name-255", name = (label .. "."):rep(3) .. ("a"):rep(63), what = "255 letters long"},
    {id = "label-64", name = label .. "a.bench.test", what = "no name: a label has 64 letters"},
}

for _, row in ipairs(beside) do
    scenario{
        id = "NAME-29/" .. row.id,
        title = "Overlong name beside the right one: " .. row.id,
        category = "robustness",
        severity = "S3",
        server = "The certificate has two names. The first is " .. row.what ..
            "; the second is that of the broker.",
        why = "What is no name must be passed over, and must not be copied into a small buffer.",
        good = "Passes over the first name, finds its own and delivers its message.",
        bad = "Refuses, or crashes: the board has no room for the first name.",
        spec = {"RFC 1035 section 2.3.4", "RFC 9525 section 6.3"},
        expect = "accept",
        flaw = "long-host-refused",
        control = "POS-01",
        change = {certs = {leaf = {san = {dns(row.name), dns(host)}}}},
        differs = {"certs.leaf.san"},
    }
end
