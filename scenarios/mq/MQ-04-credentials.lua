-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "MQ-04",
    title = "User name and password as announced",
    category = "mqtt",
    severity = "S3",
    server = [[Nothing is served for this: the bench looks at what the board sent to all its
        brokers.]],
    why = [[MQTT 3.1.1 knows no password without a user name; brokers that forgive it are
        replaced by ones that do not.]],
    good = "Announces what it sends, and no password alone.",
    bad = "Announces a password without a user name.",
    spec = {"MQTT 3.1.1 section 3.1.2"},
    expect = "observe",
    rules = {"mqtt-credentials"},
    flaw = "password-alone",
    control = "POS-01",
}
