-- SPDX-License-Identifier: Apache-2.0
-- The tests of AWS IoT Device Advisor, in its order. `assay report RUN --format device-advisor`
-- gives the results under its names and by its rules. Policies are an account's own.
suite{
    name = "device-advisor",
    title = "The TLS, MQTT, shadow and jobs tests of AWS IoT Device Advisor",
    members = {
        "POS-02",             -- TLS_Connect
        "REC-01/full",        -- TLS_Receive_Maximum_Size_Fragments
        "CH-02", "CH-04",     -- TLS_Support_AWS_IoT_Cipher_Suites
        "CHAIN-02",           -- TLS_Large_Size_Server_Cert
        "PATH-01", "PATH-03", -- TLS_Unsecure_Server_Cert
        "NAME-01",            -- TLS_Incorrect_Subject_Name_Server_Cert
        "TIME-01",            -- TLS_Expired_Server_Cert
        "MQ-02",              -- MQTT_Connect
        "MQ-19/qos1",         -- MQTT_Client_Puback_QoS1, MQTT_Subscribe
        "MQ-10/unanswered",   -- MQTT_Connect_Jitter_Backoff_Retries, ..._Exponential_...
        "MQ-10/refused",      -- MQTT_Reconnect_Backoff_Retries_On_Server_Disconnect
        "MQ-10/unstable",     -- MQTT_Reconnect_Backoff_Retries_On_Unstable_Connection
        "MQ-18",              -- MQTT_Publish
        "MQ-16/kept",         -- MQTT_Publish_Retry_No_Puback
        "MQ-14",              -- MQTT_Subscribe_Retry_No_Suback
        "MQ-22", "MQ-23",     -- MQTT_No_Ack_PingResp
        "MQ-25",              -- MQTT_Persistent_Session_Happy_Case
        "MQ-26",              -- MQTT_Expired_Persistent_Session
        "MQ-44/reported",     -- Shadow_Publish_Reported_State
        "MQ-44/desired",      -- Shadow_Update_Reported_State
        "MQ-45",              -- Job_Execution
    },
}
