-- SPDX-License-Identifier: Apache-2.0
-- A board that is told how long to wait begins with 250 ms (session.backoff_ms), so that a few
-- seconds show a handful of waits.
scenario{
    id = "MQ-10/refused",
    title = "Kind of back-off, broker that hangs up on CONNECT",
    category = "mqtt",
    severity = "S2",
    server = "The broker closes every connection as soon as it has read CONNECT.",
    why = [[When a broker comes back, all its boards are at the door; those that wait equally long
        come together, again and again.]],
    good = "Waits longer each time, and a part of that by chance.",
    bad = "Comes back at once, or always after the same time, or by equal steps.",
    spec = {"RFC 7925 section 6", "MQTT 3.1.1 section 3.2"},
    expect = "cope",
    rules = {"stay-comes-back", "stay-backoff"},
    flaw = {"backoff-constant", "backoff-linear", "backoff-without-jitter", "reconnect-missing"},
    control = "MQ-19/qos1",
    change = {mqtt = {faults = {"disconnect CONNECT"}}},
    differs = {"mqtt.faults"},
    lasts_ms = 8500,
}

scenario{
    id = "MQ-10/unstable",
    title = "Kind of back-off, connections that do not hold",
    category = "mqtt",
    severity = "S2",
    server = "The broker accepts every session, and closes it at the board's first message.",
    why = [[A board that takes each CONNACK for the end of its troubles comes back at once, as
        often as it is thrown out.]],
    good = "Waits longer each time, and a part of that by chance.",
    bad = "Begins its waits anew with each CONNACK, comes back at once, or by equal steps.",
    spec = {"RFC 7925 section 6"},
    expect = "cope",
    rules = {"stay-comes-back", "stay-backoff"},
    flaw = {"backoff-constant", "backoff-without-jitter"},
    control = "MQ-19/qos1",
    change = {mqtt = {faults = {"disconnect PUBLISH"}}},
    differs = {"mqtt.faults"},
    lasts_ms = 8500,
}

scenario{
    id = "MQ-10/unanswered",
    title = "Kind of back-off, broker that does not answer CONNECT",
    category = "mqtt",
    severity = "S2",
    server = "The broker reads every CONNECT, keeps the connection, and never answers.",
    why = [[An overloaded broker looks exactly like this, and is brought down for good by boards
        that come back all together.]],
    good = "Gives up, and waits longer each time, a part of that by chance.",
    bad = "Comes back at once, or always after the same time, or by equal steps.",
    spec = {"RFC 7925 section 6", "MQTT 3.1.1 section 3.2"},
    expect = "cope",
    rules = {"stay-comes-back", "stay-backoff"},
    flaw = "backoff-constant",
    control = "MQ-19/qos1",
    change = {mqtt = {withhold = {"CONNACK"}}},
    differs = {"mqtt.withhold"},
    lasts_ms = 13500,
}
