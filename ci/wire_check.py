#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""wire_check.py RUN [--differences] [CASE...]: verdicts held against what tshark reads on the wire.

For each case of a run (with --differences: those whose verdict is not the same for all boards) that
has to be accepted or refused, tshark decrypts the capture with the secrets in it, and says of the
connections of the case itself: which handshake messages and alerts came from the board, and whether
an MQTT CONNECT did. That has to fit the verdict: nothing that was refused sends CONNECT, whatever
gave something away does, and the alert is the one of the record. Prints a line a case and board;
exit code 1 when one does not fit.
"""
import argparse
import json
import os
import subprocess
import sys

FIELDS = ["tcp.srcport", "tls.alert_message.level", "tls.alert_message.desc", "mqtt.msgtype",
          "tls.handshake.type", "data.data"]
REFUSED = {"pass", "pass-soft"}
ACCEPTED = {"fail-leak", "fail-accept"}
CLOSE_NOTIFY = "0"
MQTT_NAME = "4d515454"  # in a CONNECT that tshark does not know as one (ALPN says something else)


def ports_of(transcript):
    """The board's ports in the attempts of the case itself."""
    ports, inside = set(), False
    with open(transcript, encoding="utf-8") as lines:
        for line in lines:
            if '"attempt.begin"' in line:
                inside = json.loads(line)["role"] == "case"
            elif inside and '"net.open"' in line:
                ports.add(str(json.loads(line)["peer_port"]))
    return ports


def read_wire(capture, ports):
    """What the board sent: handshake message types, codes of alerts, whether MQTT CONNECT."""
    command = ["tshark", "--disable-protocol", "http2", "-r", capture, "-T", "fields",
               "-E", "separator=;", "-E", "occurrence=a"]
    for field in FIELDS:
        command += ["-e", field]
    output = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL).stdout
    messages, alerts, connect = [], [], False
    for line in output.splitlines():
        port, _, codes, packets, types, data = (line.split(";") + [""] * len(FIELDS))[:len(FIELDS)]
        if port not in ports:
            continue
        messages += [kind for kind in types.split(",") if kind]
        alerts += [code for code in codes.split(",") if code and code != CLOSE_NOTIFY]
        connect = connect or "1" in packets.split(",") or (
            data.startswith("10") and MQTT_NAME in data)
    return messages, alerts, connect


def fits(case, alerts, connect):
    verdict, expected = case["verdict"], case["expected"]
    alert = case["observed"].get("alert") or {}
    if expected == "refuse" and verdict in REFUSED and connect:
        return "CONNECT after a refusal"
    if verdict in ACCEPTED and case["leak"] >= 2 and not connect:
        return "no CONNECT, though it is said to have leaked"
    if expected == "accept" and verdict == "pass" and not connect:
        return "no CONNECT, though it is said to have connected"
    if verdict == "fail-reject-good" and alert.get("from") == "board" and not alerts:
        return "no alert, though there is said to be one"
    if alert.get("from") == "board" and str(alert["code"]) not in alerts:
        return f"alerts {alerts}, not {alert['code']}"
    if alert.get("from") != "board" and alerts:
        return f"alerts {alerts} that the record does not have"
    return ""


def wanted(run, options):
    verdicts = {}
    for case in run["cases"]:
        verdicts.setdefault(case["id"], set()).add(case["verdict"])
    for case in run["cases"]:
        differs = len(verdicts[case["id"]] - {"not-applicable"} - {"pass-soft"}) > 1 or (
            "pass-soft" in verdicts[case["id"]] and
            not verdicts[case["id"]] <= REFUSED | {"not-applicable"})
        if (not case["artifacts"]["capture"] or case["expected"] not in ("accept", "refuse") or
                (options.differences and not differs) or
                (options.cases and case["id"] not in options.cases)):
            continue
        yield case


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run")
    parser.add_argument("cases", nargs="*")
    parser.add_argument("--differences", action="store_true")
    options = parser.parse_args()
    with open(os.path.join(options.run, "run.json"), encoding="utf-8") as file:
        run = json.load(file)
    looked, wrong = 0, 0
    for case in wanted(run, options):
        ports = ports_of(os.path.join(options.run, case["artifacts"]["transcript"]))
        if not ports:
            continue
        messages, alerts, connect = read_wire(
            os.path.join(options.run, case["artifacts"]["capture"]), ports)
        problem = fits(case, alerts, connect)
        looked += 1
        wrong += problem != ""
        print(f"{case['id']:24} {case['board']:18} {case['verdict']:16} messages "
              f"{','.join(messages) or '-':12} alert {','.join(alerts) or '-':4} "
              f"{'CONNECT' if connect else '-':8}{problem}")
    print(f"{looked} captures read, {wrong} do not fit their verdicts")
    return 1 if wrong else 0


sys.exit(main())
