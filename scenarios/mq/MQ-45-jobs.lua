-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "MQ-45",
    title = "A job",
    category = "mqtt",
    severity = "S4",
    server = [[The broker passes for AWS IoT Core, with the jobs service, and has a job for the
        board. The board has the identity that the bench issued.]],
    why = "Updates are rolled out as jobs; a job whose end nobody reports holds a roll-out up.",
    good = "Begins the job, does it, and reports SUCCEEDED.",
    bad = "Does not listen for jobs, or never reports the end of one.",
    spec = {"AWS IoT Core Developer Guide, Jobs device MQTT API",
            "AWS IoT Core Device Advisor, Job_Execution"},
    expect = "accept",
    rules = {"cloud-job-done"},
    flaw = "job-unfinished",
    control = "POS-01",
    change = {
        identity = {recipe = "client"},
        face = {name = "aws", job = "bench-1", job_document = '{"operation":"blink"}'},
    },
    differs = {"identity", "face"},
    needs = {cloud = {"aws"}, client_auth = true, mqtt = {"3.1.1"}},
}
