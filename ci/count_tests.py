#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""count_tests.py RESULTS-DIR: add up the JUnit files and the file "steps" that ci/test.sh left.

Prints every test that did not pass, and as the last line "tests: N passed, N failed". Exit 0 only
when something passed and nothing failed.
"""
import fnmatch
import os
import sys
import xml.etree.ElementTree as ElementTree

ALLOWED_SKIPS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "allowed_skips.txt")


def allowed_skips(path):
    """Patterns of tests that may be skipped; a line without a reason counts for nothing."""
    patterns = []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            pattern, _, reason = line.partition("#")
            if pattern.strip() and reason.strip():
                patterns.append(pattern.strip())
    return patterns


def outcome(case, patterns):
    """ "passed", "skipped", or why the test counts as failed."""
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    if case.get("status") == "run" and case.find("skipped") is None:
        return "passed"
    if any(fnmatch.fnmatchcase(case.get("name"), pattern) for pattern in patterns):
        return "skipped"
    skipped = case.find("skipped")
    why = skipped.get("message", "") if skipped is not None else ""
    return f"not run: {why or case.get('status')}"


def read_junit(path, patterns, tests):
    """Worst outcome of every test over all builds into tests {name: (outcome, build)}."""
    build = os.path.basename(path).removesuffix(".xml")
    cases = list(ElementTree.parse(path).getroot().iter("testcase"))
    if not cases:
        tests[f"{build}/no-test-ran"] = ("failed", build)
    for case in cases:
        got = outcome(case, patterns)
        before = tests.get(case.get("name"), ("passed", build))[0]
        if case.get("name") not in tests or before in ("passed", "skipped"):
            keep = before if got == "skipped" and case.get("name") in tests else got
            tests[case.get("name")] = (keep, build)


def main(directory):
    tests = {}
    patterns = allowed_skips(ALLOWED_SKIPS)
    for name in sorted(os.listdir(directory)):
        if name.endswith(".xml"):
            try:
                read_junit(os.path.join(directory, name), patterns, tests)
            except ElementTree.ParseError as error:
                tests[f"{name}: not a JUnit file: {error}"] = ("failed", name)
    passed = sum(1 for got, _ in tests.values() if got == "passed")
    failed = {name: why for name, why in tests.items() if why[0] not in ("passed", "skipped")}
    skipped = sum(1 for got, _ in tests.values() if got == "skipped")
    steps = os.path.join(directory, "steps")
    if os.path.exists(steps):
        with open(steps, encoding="utf-8") as lines:
            for line in lines:
                step, _, result = line.strip().partition(" ")
                if result != "passed":
                    failed[f"step {step}"] = (result, "ci/test.sh")
    for name, (why, build) in sorted(failed.items()):
        print(f"{why}: {name} ({build})")
    if skipped:
        print(f"skipped as ci/allowed_skips.txt allows: {skipped}")
    print(f"tests: {passed} passed, {len(failed)} failed")
    return 0 if passed > 0 and not failed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
