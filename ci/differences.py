#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""differences.py RUN... [--pages DIR] [--soft] [--why]: the cases in which boards differ.

Reads run.json of one or more runs and prints a table in Markdown: every case whose verdict is not
the same for all boards, with the verdict of each; "." stands for pass. A case in which boards
differ by the alert only (pass and pass-soft) is left out unless --soft asks for it, one that does
not apply to a board ("n/a") counts as no difference by itself. --why adds each board's reason.

--pages DIR (docs/findings): instead of the table, the cases in it that no page names, exit code 1
when there are any. A page names a case by its id, or by the id of its family ("PATH-17").
"""
import argparse
import glob
import json
import os
import re
import sys

SHORT = {"pass": ".", "pass-soft": "soft", "not-applicable": "n/a", "fail-accept": "ACCEPTS",
         "fail-leak": "LEAKS", "fail-reject-good": "REFUSES", "fail-behaviour": "behaviour",
         "fail-hang": "HANGS", "fail-crash": "CRASHES"}
SAME = {"pass", "pass-soft"}


def load(folders):
    """{case id: {board: its record}}, the boards in order."""
    cases, boards = {}, []
    for folder in folders:
        with open(os.path.join(folder, "run.json"), encoding="utf-8") as file:
            run = json.load(file)
        boards += [board["id"] for board in run["boards"] if board["id"] not in boards]
        for case in run["cases"]:
            cases.setdefault(case["id"], {})[case["board"]] = case
    return cases, boards


def differ(records, soft):
    verdicts = {record["verdict"] for record in records.values()} - {"not-applicable"}
    if not soft and verdicts <= SAME:
        return False
    return len(verdicts) > 1


def words(case_id):
    """What a page may call it."""
    family = case_id.split("/")[0]
    return {case_id, family}


def named_on(pages):
    named = set()
    for path in glob.glob(os.path.join(pages, "*.md")):
        with open(path, encoding="utf-8") as file:
            named |= set(re.findall(r"\b[A-Z][A-Z0-9]*-\d+(?:/[a-z0-9][a-z0-9.-]*)?", file.read()))
    return named


def print_table(cases, boards, found, why):
    print("| Case | Severity | What | " + " | ".join(boards) + " |")
    print("|---|---|---|" + "---|" * len(boards))
    for case_id in found:
        records = cases[case_id]
        first = next(iter(records.values()))
        cells = [SHORT.get(records[board]["verdict"], records[board]["verdict"])
                 if board in records else "" for board in boards]
        print(f"| {case_id} | {first['severity']} | {first['title']} | {' | '.join(cells)} |")
        if why:
            for board in boards:
                if board in records and records[board]["verdict"] != "not-applicable":
                    print(f"    {board}: {records[board]['verdict']}: {records[board]['reason']}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", nargs="+")
    parser.add_argument("--pages")
    parser.add_argument("--soft", action="store_true")
    parser.add_argument("--why", action="store_true")
    options = parser.parse_args()
    cases, boards = load(options.runs)
    found = sorted(case for case in cases if differ(cases[case], options.soft))
    if options.pages is None:
        print_table(cases, boards, found, options.why)
        print(f"\n{len(found)} of {len(cases)} cases differ.")
        return 0
    named = named_on(options.pages)
    missing = [case for case in found if not words(case) & named]
    for case in missing:
        print(f"{case}: no page in {options.pages} says why boards differ")
    print(f"{len(found) - len(missing)} of {len(found)} differences have a page.")
    return 1 if missing else 0


sys.exit(main())
