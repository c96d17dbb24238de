-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "POS-06/most",
    title = "How many names the board looks through",
    category = "interoperability",
    severity = "S3",
    server = "The certificate names so many hosts; the last one is the broker.",
    why = "Shared brokers and cloud services put all their hosts into one certificate.",
    good = "Finds its own among 50 at least. Beyond its limit it refuses, and is ready again.",
    bad = "Refuses fewer, or is reset: it keeps the names in a table of its own.",
    spec = {"RFC 9525 section 6.2", "RFC 9525 section 6.3"},
    expect = "measure",
    flaw = {"first-name-only", "many-names-refused"},
    control = "POS-01",
    ladder = {unit = "names", values = {2, 10, 50, 100, 250, 500, 1000}, least = 50},
    change = function(description, count)
        local names = {}
        for i = 1, count - 1 do
            names[i] = dns(("host%04d.bench.test"):format(i))
        end
        names[count] = dns(host)
        description.certs.leaf.san = names
        return description
    end,
    differs = {"certs.leaf.san"},
}
