-- SPDX-License-Identifier: Apache-2.0
-- The board is told no user name and no password, so that any that it sends is its own.
scenario{
    id = "MQ-06",
    title = "No password beside a certificate",
    category = "mqtt",
    severity = "S3",
    server = [[The broker knows the board by the certificate that it asks for; the board was told
        no user name and no password.]],
    why = [[A password that no board needs is one that every board has: it is read out of one of
        them, and opens all doors at which nobody asks for the certificate.]],
    good = "Shows its certificate, and sends a CONNECT without a password.",
    bad = "Sends a password that is built into its firmware.",
    spec = {"OWASP ISVS section 4.2.3"},
    expect = "accept",
    rules = {"mqtt-no-password", "certificate-sent"},
    flaw = "password-beside-certificate",
    control = "CA-03",
    change = {no_password = true},
    differs = {"no_password"},
    needs = {service = {"mqtts"}},
}
