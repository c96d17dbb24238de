-- SPDX-License-Identifier: Apache-2.0
suite{
    name = "ciphers",
    title = "Cipher suites and key exchange",
    members = {"CIPH-*", "KEX-*"},
}
