-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CH-15",
    title = "Small receive buffers announced",
    category = "interoperability",
    severity = "S3",
    server = [[Nothing of its own: ClientHellos are read, and what became of full records in
        REC-01 if that was run.]],
    why = [[A server may send records of 16 KiB unless the board asked for smaller ones; a
        board without room for them loses the connection with the first large message.]],
    good = "Offers max_fragment_length or record_size_limit, or takes full records.",
    bad = "Asks for nothing and fails with full records.",
    spec = {"RFC 6066 section 4", "RFC 8449 section 4"},
    expect = "observe",
    rules = {"record-size"},
    flaw = "small-record-buffer",
    control = "POS-01",
}
