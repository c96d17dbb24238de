-- SPDX-License-Identifier: Apache-2.0
-- As in NAME-20, the control has a name: a board that knows no addresses is right in refusing.
local addresses = {
    {
        id = "mapped", san = ip("::ffff:198.51.100.7"),
        what = "the IPv6 address ::ffff:198.51.100.7, which only stands for the other one",
    },
    {
        id = "five-bytes", san = "raw:8705c633640700",
        what = "an iPAddress of five bytes, the first four of which are right",
    },
    {
        id = "three-bytes", san = "raw:8703c63364",
        what = "an iPAddress of three bytes, which are right",
    },
}

for _, address in ipairs(addresses) do
    scenario{
        id = "NAME-23/" .. address.id,
        title = "Address of the wrong length: " .. address.id,
        category = "name",
        severity = "S2",
        server = "The board connects to 198.51.100.7; the certificate has " .. address.what .. ".",
        why = [[An address has 4 or 16 bytes. A comparison over another number of bytes says yes too
            early or reads memory that is not the certificate's.]],
        good = "Compares length and bytes, and closes with bad_certificate.",
        bad = "Completes the handshake, or crashes: the board compares as many bytes as there are.",
        spec = {"RFC 9525 section 6.4", "RFC 5280 section 4.2.1.6"},
        expect = "refuse",
        alerts = {"bad_certificate"},
        flaw = "ip-unchecked",
        control = "POS-01",
        change = {
            host = "198.51.100.7",
            certs = {leaf = {subject = "CN=Broker in the plant", san = {address.san}}},
        },
        differs = {"host", "certs.leaf.subject", "certs.leaf.san"},
        needs = {isolated = true},
    }
end
