-- SPDX-License-Identifier: Apache-2.0
-- The TLS tests of AWS IoT Device Advisor, in its order. `assay report RUN --format device-advisor`
-- gives the results under its names and by its rules.
suite{
    name = "device-advisor",
    title = "The TLS tests of AWS IoT Device Advisor",
    members = {
        "POS-02",             -- TLS_Connect
        "REC-01/full",        -- TLS_Receive_Maximum_Size_Fragments
        "CH-02", "CH-04",     -- TLS_Support_AWS_IoT_Cipher_Suites
        "CHAIN-02",           -- TLS_Large_Size_Server_Cert
        "PATH-01", "PATH-03", -- TLS_Unsecure_Server_Cert
        "NAME-01",            -- TLS_Incorrect_Subject_Name_Server_Cert
        "TIME-01",            -- TLS_Expired_Server_Cert
    },
}
