-- SPDX-License-Identifier: Apache-2.0
suite{
    name = "revocation",
    title = "Revocation: stapled OCSP responses, must-staple",
    members = {"REV-*"},
}
