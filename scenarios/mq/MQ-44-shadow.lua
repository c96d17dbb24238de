-- SPDX-License-Identifier: Apache-2.0
-- The tests of AWS IoT Device Advisor that need the cloud's own services. The broker passes for AWS
-- IoT Core; boards that speak its services say so in their file.
scenario{
    id = "MQ-44/reported",
    title = "State reported to the device shadow",
    category = "mqtt",
    severity = "S4",
    server = [[The broker passes for AWS IoT Core, with the shadow service. The board has the
        identity that the bench issued.]],
    why = [[Applications see a device by its shadow; one that does not report is not there for
        them.]],
    good = "Reports its state after it has connected.",
    bad = "Connects and reports nothing, or what the service rejects.",
    spec = {"AWS IoT Core Developer Guide, Device Shadow MQTT topics",
            "AWS IoT Core Device Advisor, Shadow_Publish_Reported_State"},
    expect = "accept",
    rules = {"cloud-shadow-reports"},
    flaw = "shadow-unreported",
    control = "POS-01",
    change = {identity = {recipe = "client"}, face = "aws"},
    differs = {"identity", "face"},
    needs = {cloud = {"aws"}, client_auth = true, mqtt = {"3.1.1"}},
}

scenario{
    id = "MQ-44/desired",
    title = "State that an application desires",
    category = "mqtt",
    severity = "S4",
    server = [[As MQ-44/reported. When the board has subscribed to its shadow's delta, an
        application desires another state.]],
    why = "A command that goes by the shadow reaches a device that was asleep when it was given.",
    good = "Subscribes to the delta, and reports the state that is desired.",
    bad = "Does not subscribe, or goes on reporting its old state.",
    spec = {"AWS IoT Core Developer Guide, Device Shadow MQTT topics",
            "AWS IoT Core Device Advisor, Shadow_Update_Reported_State"},
    expect = "accept",
    rules = {"cloud-shadow-follows"},
    flaw = "shadow-delta-ignored",
    control = "POS-01",
    change = {identity = {recipe = "client"}, face = {name = "aws", desired = '{"rate":5}'}},
    differs = {"identity", "face"},
    needs = {cloud = {"aws"}, client_auth = true, mqtt = {"3.1.1"}},
}
