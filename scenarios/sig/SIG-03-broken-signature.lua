-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "SIG-03/empty",
    title = "Signature of no bytes at all",
    category = "trust",
    severity = "S0",
    server = "The certificate of the trusted root has a signature field that is empty.",
    why = [[A loop over the bytes of a signature that has none finds nothing wrong; this has
        happened.]],
    good = "Finds no signature and closes.",
    bad = "Completes the handshake, or crashes: nobody looked at the length.",
    spec = {"RFC 5280 section 6.1.3 (a)(1)"},
    expect = "refuse",
    alerts = {"bad_certificate", "decrypt_error", "decode_error"},
    flaw = "leaf-signature-unchecked",
    control = "POS-01",
    change = {certs = {leaf = {signature = ""}}},
    differs = {"certs.leaf.signature"},
}

scenario{
    id = "SIG-03/truncated",
    title = "Signature that ends too early",
    category = "trust",
    severity = "S0",
    server = [[The last eight bytes of the signature on the certificate are missing; the field
        says so.]],
    why = "A parser that believes an inner length reads past the end of the field.",
    good = "Notices that the signature is no signature, and closes.",
    bad = [[Completes the handshake, or crashes: the board compares what is there, or reads what
        is not.]],
    spec = {"RFC 5280 section 6.1.3 (a)(1)"},
    expect = "refuse",
    alerts = {"bad_certificate", "decrypt_error", "decode_error"},
    flaw = "leaf-signature-unchecked",
    control = "POS-01",
    change = {certs = {leaf = {truncate_signature = 8}}},
    differs = {"certs.leaf.truncate_signature"},
}
