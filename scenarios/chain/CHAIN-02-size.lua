-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CHAIN-02",
    title = "How large a certificate the board takes",
    category = "interoperability",
    severity = "S2",
    server = [[The certificate carries an extension, not critical, of so many bytes that mean
        nothing.]],
    why = [[Certificates grow: more names, logs, and soon signatures of kilobytes. A board may
        have a limit, and must not fall over beyond it.]],
    good = [[Passes over the extension up to 4 KiB at least. Beyond its limit it refuses, and is
        ready for the next connection.]],
    bad = [[Refuses 4 KiB, or is reset, runs out of memory or hangs beyond its limit.]],
    spec = {"RFC 5246 section 7.4.2", "RFC 8446 section 4.4.2"},
    expect = "measure",
    flaw = {"large-certificate-refused", "odd-certificate-crash"},
    control = "POS-01",
    ladder = {
        unit = "bytes", least = 4096,
        values = {1024, 2048, 4096, 8192, 12288, 16384, 24576, 32768},
    },
    change = function(description, bytes)
        description.certs.leaf.padding = bytes
        return description
    end,
    differs = {"certs.leaf.padding"},
}
