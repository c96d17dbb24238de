-- SPDX-License-Identifier: Apache-2.0
suite{
    name = "signatures",
    title = "Certificate signatures and keys",
    members = {"SIG-*"},
}
