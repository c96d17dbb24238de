#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""docs/mqtt5-conformance.md from docs/mqtt5-conformance.csv.

ci/mqtt5_doc.py          say whether the document shows the list, and the list every rule
ci/mqtt5_doc.py --write  write the document
"""
import csv
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIST = ROOT / "docs/mqtt5-conformance.csv"
DOCUMENT = ROOT / "docs/mqtt5-conformance.md"
RULES = ROOT / "mockserver/mqtt/include/mqtt/rule.h"
STATUSES = {
    "enforced": "binds a client; one that breaks it is answered as the specification says, "
    "and an event names the statement",
    "kept": "binds the server (or both); the broker does so",
    "observed": "binds a client; the transcript shows it, and scenarios judge it",
    "not applicable": "for the reason given",
}
EVIDENCE = {
    "malformed": "`mockserver/mqtt/tests/test_malformed.c`",
    "session": "`mockserver/mqtt/tests/test_session.c`",
    "session_events": "`mockserver/mqtt/tests/test_session_events.c`",
    "talks": "`mockserver/broker/tests/talks.c`, held against mosquitto too",
    "websocket": "`mockserver/websocket/tests/test_websocket.c`",
    "mock": "`mockserver/mock/tests`",
    "paho": "Eclipse paho's suite, by hand (`conformance.md`)",
    "mosquitto": "mosquitto's broker tests, by hand (`conformance.md`)",
    "-": "none of its own",
}
HEAD = """<!-- SPDX-License-Identifier: Apache-2.0 -->
# The normative statements of MQTT 5.0

What the mock's broker does about each of them. Written by `ci/mqtt5_doc.py` from
`mqtt5-conformance.csv`; statements that the mock enforces stand with their number in the events of
a transcript (`mqtt.violation`).

"""


def read_list():
    with LIST.open(newline="") as f:
        return list(csv.reader(f))


def problems(rows):
    known = {row[0] for row in rows}
    for row in rows:
        sound = len(row) == 4 and row[1] in STATUSES
        if not sound or any(e not in EVIDENCE for e in row[3].split()):
            yield f"{LIST.name}: cannot read {','.join(row)}"
    if len(known) != len(rows):
        yield f"{LIST.name}: a statement stands there twice"
    # The second clause of a row of the table of rules is that of MQTT 5.0.
    for row in re.findall(r"X\(MQTT_RULE_\w+,(.*?)0x[0-9a-f]{2},", RULES.read_text(), re.S):
        clauses = re.findall(r'"([^"]*)"', row)
        cited = re.fullmatch(r"\[MQTT-(.*)\]", clauses[1]) if len(clauses) > 1 else None
        if cited and cited.group(1) not in known:
            yield f"rule.h cites [MQTT-{cited.group(1)}], which {LIST.name} does not have"


def document(rows):
    text = HEAD + "| Status | Statements | Meaning |\n|---|---|---|\n"
    for status, meaning in STATUSES.items():
        text += f"| {status} | {sum(row[1] == status for row in rows)} | {meaning} |\n"
    text += f"\nTogether {len(rows)}.\n\n| Evidence | Where |\n|---|---|\n"
    text += "".join(f"| {name} | {where} |\n" for name, where in EVIDENCE.items())
    text += "\n| Statement | Status | How | Evidence |\n|---|---|---|---|\n"
    for number, status, how, evidence in rows:
        text += f"| MQTT-{number} | {status} | {how} | {evidence} |\n".replace("|  |", "| |")
    return text


def main():
    rows = read_list()
    found = list(problems(rows))
    if sys.argv[1:] == ["--write"] and not found:
        DOCUMENT.write_text(document(rows))
    elif not found and DOCUMENT.read_text() != document(rows):
        found.append(f"{DOCUMENT.name} does not show the list: ci/mqtt5_doc.py --write")
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
