-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "MQ-24",
    title = "A session ends with DISCONNECT",
    category = "mqtt",
    severity = "S3",
    server = [[Nothing is served for this: the bench looks at what the board sent to all its
        brokers.]],
    why = [[A broker takes a connection that ends without it for a failure: it publishes the
        will and calls for somebody to look.]],
    good = "Sends DISCONNECT, then closes.",
    bad = "Closes the connection without a word, or goes on after its DISCONNECT.",
    spec = {"MQTT 3.1.1 section 3.14.4"},
    expect = "observe",
    rules = {"mqtt-disconnect"},
    flaw = "disconnect-missing",
    control = "POS-01",
}
