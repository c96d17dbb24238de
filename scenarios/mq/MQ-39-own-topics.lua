-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "MQ-39",
    title = "Topics of its own",
    category = "mqtt",
    severity = "S2",
    server = [[Nothing is served for this: the bench looks at what the board sent to all its
        brokers.]],
    why = [[A broker can confine a board to its own topics only if these can be told from
        those of others; who steals one board then has one board.]],
    good = "Uses topics that hold its client identifier, or what is unique in it.",
    bad = "Publishes where all boards do, or subscribes to # or to a wildcard in front.",
    spec = {"OWASP ISVS section 4.2.2"},
    expect = "observe",
    rules = {"mqtt-own-topics"},
    flaw = "topic-shared",
    control = "POS-01",
}
