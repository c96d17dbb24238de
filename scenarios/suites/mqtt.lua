-- SPDX-License-Identifier: Apache-2.0
suite{
    name = "mqtt",
    title = "MQTT",
    members = {"MQ-*"},
}
