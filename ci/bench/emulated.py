#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""emulated.py ASSAY [N [SUITE]]: N emulated boards at once (default 8), each flashed and graded.

Makes N boards from emulated/cortex-m3, each with an empty flash memory, runs SUITE (default @core)
on all of them at once, and checks that they do not meet: every board was flashed with the same
image, none got a verdict that another did not get, and each connection of each transcript names the
client id that this board was given. Prints wall time, processor time of everything together, and
the largest memory that the emulators had (proportional set size: what is shared counts once).
"""
import glob
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time


def look_at_emulators(folder, seconds):
    """KiB of the QEMU processes whose flash is in this folder, and their number; updates seconds,
    the processor time of each."""
    total = count = 0
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            with open(path, "rb") as file:
                words = file.read()
            if not words.startswith(b"qemu-system-arm") or folder.encode() not in words:
                continue
            process = os.path.dirname(path)
            with open(process + "/smaps_rollup", encoding="ascii") as file:
                total += next(int(line.split()[1]) for line in file if line.startswith("Pss:"))
            with open(process + "/stat", encoding="ascii") as file:
                fields = file.read().rsplit(")", 1)[1].split()
            seconds[process] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
            count += 1
        except (OSError, StopIteration):
            pass  # it has ended meanwhile
    return total, count


def watch(folder, stop, most, seconds):
    while not stop.wait(0.25):
        total, count = look_at_emulators(folder, seconds)
        most["kib"] = max(most["kib"], total)
        most["count"] = max(most["count"], count)


def make_boards(folder, count):
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    parent = os.path.join(root, "boards/emulated/cortex-m3.yaml")
    names = []
    for i in range(count):
        name = os.path.join(folder, f"board{i}.yaml")
        with open(name, "w", encoding="utf-8") as file:
            file.write(f"id: bench/board{i}\nname: board {i}\nparent: {parent}\n")
        names.append(name)
    return names


def client_ids(run_dir, board):
    found = set()
    for path in glob.glob(f"{run_dir}/cases/{board}/*/transcript.jsonl"):
        with open(path, encoding="utf-8") as lines:
            found |= {json.loads(line)["client_id"] for line in lines if '"mqtt.connect"' in line}
    return found


def check(run_dir, count):
    with open(os.path.join(run_dir, "run.json"), encoding="utf-8") as file:
        run = json.load(file)
    wrong = []
    verdicts = {}
    seen = set()
    for board in run["boards"]:
        if board["flash"]["result"] != "written":
            wrong.append(f"{board['id']}: flash {board['flash']}")
        ids = client_ids(run_dir, board["id"])
        if len(ids) != 1 or ids & seen:
            wrong.append(f"{board['id']}: client ids {sorted(ids)}")
        seen |= ids
    for case in run["cases"]:
        verdicts.setdefault(case["id"], set()).add(case["verdict"])
    wrong += [f"{case}: {sorted(found)}" for case, found in verdicts.items() if len(found) > 1]
    if len({board["firmware"]["sha256"] for board in run["boards"]}) != 1:
        wrong.append("boards have different images")
    if len(run["boards"]) != count:
        wrong.append(f"{len(run['boards'])} boards of {count}")
    return run, wrong


def main():
    assay = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 8
    suite = sys.argv[3] if len(sys.argv) > 3 else "@core"
    most = {"kib": 0, "count": 0}
    seconds = {}
    stop = threading.Event()
    with tempfile.TemporaryDirectory() as folder:
        run_dir = os.path.join(folder, "run")
        watcher = threading.Thread(target=watch, args=(folder, stop, most, seconds))
        watcher.start()
        began = time.perf_counter()
        done = subprocess.run([assay, "run", "-q", "-j", str(count), "-s", suite, "-o", run_dir,
                               "-b", *make_boards(folder, count)],
                              env={**os.environ, "ASSAY_BENCH_DIR": os.path.join(folder, "bench")},
                              stdout=subprocess.DEVNULL, check=False)
        wall = time.perf_counter() - began
        stop.set()
        watcher.join()
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode not in (0, 1):
            sys.exit(f"emulated: assay ended with {done.returncode}")
        run, wrong = check(run_dir, count)
    grades = sorted({board["grade"] for board in run["boards"]})
    bench_s = used.ru_utime + used.ru_stime
    print(f"{count} boards, {len(run['cases'])} cases, grades {' '.join(grades)}: {wall:.1f} s, "
          f"{bench_s:.1f} s of processor for the bench and {sum(seconds.values()):.1f} s for the "
          f"boards on {os.cpu_count()} cores, "
          f"{most['count']} emulators with {most['kib'] / 1024:.0f} MiB together")
    for line in wrong:
        print("cross-talk?", line)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
