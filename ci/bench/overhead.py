#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""overhead.py ASSAY [BOARD...]: what the bench costs beside the boards themselves.

Runs the core suite several times on each board (default: virtual/bearssl, virtual/mbedtls,
virtual/openssl) and prints, as a ratio, the wall time of the whole program over the time that the
board spent connecting (from the order to connect to its result, every control included, a shared
control once); and beside it the same for the suite alone, from the first attempt's begin to the
last one's end, without the program's start and the reports. One run before the counted ones warms
up the bench's key pool.
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

RUNS = 5
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


def run_once(assay, board, bench):
    with tempfile.TemporaryDirectory() as folder:
        run_dir = os.path.join(folder, "run")
        began = time.perf_counter()
        done = subprocess.run([assay, "run", "-q", "-b", board, "-s", "@core", "-o", run_dir],
                              env={**os.environ, "ASSAY_BENCH_DIR": bench},
                              stdout=subprocess.DEVNULL, check=False)
        wall = time.perf_counter() - began
        if done.returncode not in (0, 1):
            sys.exit(f"{board}: assay ended with {done.returncode}")
        return wall, *connecting_s(run_dir)


def main():
    assay = sys.argv[1]
    boards = sys.argv[2:] or DEFAULT_BOARDS
    print(f"{'board':20} {'connections':>11} {'board s':>8}  "
          f"{'program s':>9} ratio min median max  {'suite s':>8} ratio min median max")
    with tempfile.TemporaryDirectory() as bench:
        for board in boards:
            run_once(assay, board, bench)
            rows = [run_once(assay, board, bench) for _ in range(RUNS)]
            line = f"{board:20} {rows[0][3]:11} {statistics.median(r[1] for r in rows):8.3f}"
            for index, width in ((0, 9), (2, 8)):
                ratios = sorted(row[index] / row[1] for row in rows)
                line += (f"  {statistics.median(r[index] for r in rows):{width}.3f}       "
                         f"{ratios[0]:.2f} {statistics.median(ratios):.2f} {ratios[-1]:.2f}")
            print(line)


main()
