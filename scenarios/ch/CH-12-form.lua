-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CH-12",
    title = "Form of the ClientHello",
    category = "interoperability",
    severity = "S4",
    server = [[Nothing of its own: the ClientHello of connections that the run makes anyway is
        read.]],
    why = "Servers that read strictly refuse a ClientHello that is put together wrongly.",
    good = [[Sends no extension twice, pre_shared_key last, and in TLS 1.3 the old fields with
        their fixed values.]],
    bad = "Breaks one of these rules: the ClientHello is put together by hand.",
    spec = {"RFC 8446 section 4.1.2", "RFC 8446 section 4.2", "RFC 8446 section 4.2.11"},
    expect = "observe",
    rules = {"hello-form"},
    flaw = "extension-repeated",
    control = "POS-01",
}
