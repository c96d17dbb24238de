-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "MQ-33",
    title = "Topic longer than its packet",
    category = "mqtt",
    severity = "S1",
    server = [[Behind the CONNACK comes a PUBLISH of some forty bytes whose topic is 65 291
        bytes long by its own account.]],
    why = "Who copies what is announced reads or writes far behind the end of its buffer.",
    good = "Closes the connection, and connects to the next good server as if nothing had been.",
    bad = "Crashes, or answers with what was behind its buffer.",
    spec = {"MQTT 3.1.1 section 3.3.2.1", "MQTT 3.1.1 section 4.8"},
    expect = "cope",
    rules = {"no-resets"},
    flaw = "topic-length-trusted",
    control = "POS-01",
    change = {mqtt = {faults = {
        "flood CONNACK by=1 topic=bench/flood",
        "corrupt CONNACK at=6",
    }}},
    differs = {"mqtt"},
    deadline_ms = 20000,
}
