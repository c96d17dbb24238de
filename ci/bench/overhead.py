#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""overhead.py [--suite @SUITE] [--runs N] ASSAY [BOARD...]: what the bench costs beside the boards.

Runs a suite (default: @core) several times on each board (default: virtual/bearssl,
virtual/mbedtls, virtual/openssl) and prints, as a ratio, the wall time of the whole program over
the time that the board spent connecting (from the order to connect to its result, every control
included, a shared control once); and beside it the same for the suite alone, from the first
attempt's begin to the last one's end, without the program's start and the reports. Then seconds of
CPU: of the run with the board and all else, and of making the reports that a run makes once more,
with its share. One run before the counted ones warms up the bench's key pool.
"""
import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

REPORTS = ["html", "junit", "markdown"]
DEFAULT_BOARDS = ["virtual/bearssl", "virtual/mbedtls", "virtual/openssl"]


def connecting_s(run_dir):
    """Seconds that the board spent connecting, seconds of the suite, number of attempts."""
    seen = {}
    begins = []
    for folder, _, names in os.walk(os.path.join(run_dir, "cases")):
        if "transcript.jsonl" not in names:
            continue
        with open(os.path.join(folder, "transcript.jsonl"), encoding="utf-8") as lines:
            for line in lines:
                event = json.loads(line)
                if event["ev"] == "attempt.end":
                    seen[event["t"]] = event["connect_ns"]  # a shared control has one time
                elif event["ev"] == "attempt.begin":
                    begins.append(event["t"])
    return sum(seen.values()) / 1e9, (max(seen) - min(begins)) / 1e9, len(seen)


def cpu_s():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def reports_cpu_s(assay, run_dir):
    began = cpu_s()
    for form in REPORTS:
        subprocess.run([assay, "report", run_dir, "--format", form, "-o", os.devnull], check=True)
    return cpu_s() - began


def run_once(assay, suite, board, bench):
    with tempfile.TemporaryDirectory() as folder:
        run_dir = os.path.join(folder, "run")
        began = time.perf_counter()
        cpu = cpu_s()
        done = subprocess.run([assay, "run", "-q", "-b", board, "-s", suite, "-o", run_dir],
                              env={**os.environ, "ASSAY_BENCH_DIR": bench},
                              stdout=subprocess.DEVNULL, check=False)
        wall = time.perf_counter() - began
        cpu = cpu_s() - cpu
        if done.returncode not in (0, 1):
            sys.exit(f"{board}: assay ended with {done.returncode}")
        return wall, *connecting_s(run_dir), cpu, reports_cpu_s(assay, run_dir)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--suite", default="@core")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("assay")
    parser.add_argument("boards", nargs="*", default=DEFAULT_BOARDS)
    options = parser.parse_args()
    print(f"{'board':20} {'connections':>11} {'board s':>8}  "
          f"{'program s':>9} ratio min median max  {'suite s':>8} ratio min median max  "
          f"{'CPU s':>7} {'reports':>7} share")
    with tempfile.TemporaryDirectory() as bench:
        for board in options.boards:
            run_once(options.assay, options.suite, board, bench)
            rows = [run_once(options.assay, options.suite, board, bench)
                    for _ in range(options.runs)]
            median = [statistics.median(column) for column in zip(*rows)]
            line = f"{board:20} {rows[0][3]:11} {median[1]:8.3f}"
            for index, width in ((0, 9), (2, 8)):
                ratios = sorted(row[index] / row[1] for row in rows)
                line += (f"  {median[index]:{width}.3f}       "
                         f"{ratios[0]:.2f} {statistics.median(ratios):.2f} {ratios[-1]:.2f}")
            print(f"{line}  {median[4]:7.2f} {median[5]:7.2f} {median[5] / median[4]:5.0%}")


main()
