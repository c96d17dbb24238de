#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""power_matrix.py --run | --check | --write  ASSAY BOARD_DIR

Has each scenario power? `reference/strict` has to pass it, and a board with each flaw that the
scenario names (and no other) has to fail it.

--run    runs all of that and says what is red
--check  docs/power-matrix.md and the stacks of docs/formats/flaws.md are current (runs nothing)
--write  writes both

ASSAY is the program, BOARD_DIR where the programs of the virtual boards are.
ci/power_exceptions.txt lists what is known not to hold, with the reason. What it lists and what
holds all the same is red too, so that the list shrinks.
"""
import concurrent.futures
import fnmatch
import json
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MATRIX = os.path.join(ROOT, "docs/power-matrix.md")
CATALOGUE = os.path.join(ROOT, "docs/formats/flaws.md")
EXCEPTIONS = os.path.join(ROOT, "ci/power_exceptions.txt")
# The stack whose careful use is reference/strict comes first.
STACKS = ("openssl", "mbedtls", "bearssl", "wolfssl", "gnutls")
CAREFUL = {"openssl": "reference/strict"}
CAREFUL_SERVERS = {"openssl": "reference/strict-server"}
JOBS = 4  # most wait for boards that wait; with more, boards miss their time limits
# Where sessions, slow networks and slow clients are watched for seconds, nobody is busy meanwhile.
WATCHED = ("MQ-", "NET-", "SRV-")
WATCHED_JOBS = 10
WATCHED_AT_ONCE = 2
# What only looks has to have something to look at: a server to refuse, full records, a fatal alert.
COMPANIONS = ("PATH-03", "REC-01/full", "CA-12/bad_certificate")
# What one case alone needs to look at: a certificate of the board's, nonces that can be seen, a
# session and another host, a request to a port that is not the usual one.
WITH = {"REC-12": ("CA-03",), "REC-13": ("POS-01/tls12",), "CH-21": ("RES-07/tls12",),
        "HTTP-11": ("HTTP-02",)}
# A board's own limit for the handshake: the machine is busy, and it is not what is tested here.
PATIENCE_MS = 8000
AT_ONCE = 24  # scenarios of one run: the program takes so many by name, and no job is long
LIMIT_S = 600
SOAK = "6s"  # what takes hours otherwise
AGAIN_MAX = 10  # with more, it is no chance


def careful_board(stack, role):
    if role == "server":
        return CAREFUL_SERVERS.get(stack, f"virtual/{stack}-server")
    return CAREFUL.get(stack, f"virtual/{stack}")


class Bench:
    """The programs, and a place for what they write."""

    def __init__(self, assay, boards, work):
        self.assay, self.boards, self.work = assay, boards, work

    def scenarios(self):
        out = subprocess.run([self.assay, "list", "scenarios", "--json"], check=True,
                             capture_output=True, text=True, timeout=60)
        return [dict(row, flaws=row.get("flaws", [])) for row in json.loads(out.stdout)
                if "not_served" not in row]

    def flaws(self):
        """{flaw: [stack]} in the order of STACKS."""
        found = {}
        for stack in STACKS:
            program = os.path.join(self.boards, f"assay-board-{stack}")
            if not os.path.exists(program):
                continue
            out = subprocess.run([program, "--list-flaws"], check=True, capture_output=True,
                                 text=True, timeout=60)
            for line in out.stdout.splitlines():
                found.setdefault(line.split()[0], []).append(stack)
        return found

    def board_file(self, stack, role, flaw, name):
        """A board with an id of its own, so that two of a kind do not lock each other out."""
        path = os.path.join(self.work, f"{name}.yaml")
        parent = os.path.join(ROOT, "boards", careful_board(stack, role) + ".yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"id: power/{name}\nparent: {parent}\n"
                       f"timeouts: {{phase_ms: {PATIENCE_MS}}}\n")
            if flaw is not None:
                file.write(f"virtual:\n  args: [--board, power/{name}, --flaw, {flaw}]\n")
        return path

    def run(self, board, ids, name):
        """{id: case of run.json}"""
        out = os.path.join(self.work, name)
        env = dict(os.environ, ASSAY_PROGRAM_DIR=self.boards)
        done = subprocess.run(
            [self.assay, "run", "-q", "-b", board, "-o", out, "--soak", SOAK, "--bench-dir",
             os.path.join(self.work, "bench"), "-s", *ids],
            capture_output=True, text=True, timeout=LIMIT_S, check=False, env=env)
        record = os.path.join(out, "run.json")
        if not os.path.exists(record):
            raise SystemExit(f"{board}: assay run ended with {done.returncode}: {done.stderr}")
        with open(record, encoding="utf-8") as file:
            return {case["id"]: case for case in json.load(file)["cases"]}


def read_exceptions():
    """[(pattern of ids, what, reason)]"""
    rows = []
    with open(EXCEPTIONS, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            words = line.split(None, 2)
            if not words or words[0].startswith("#"):
                continue
            if len(words) != 3:
                raise SystemExit(f"{EXCEPTIONS}:{number}: a pattern, a flaw and a reason")
            rows.append((words[0], words[1], words[2].strip()))
    return rows


def exception_for(rows, name, what):
    for row in rows:
        if row[1] == what and fnmatch.fnmatchcase(name, row[0]):
            return row
    return None


def is_found(case):
    """Did the case find the flaw? What is its own control shows it by not being reached."""
    if case["verdict"].startswith("fail") or case["verdict"] == "degraded":
        return True
    return (case["verdict"] == "inconclusive" and case["cause"] in ("", "tls", "none") and
            any(f"good {peer} {case['id']} " in case["reason"]
                for peer in ("server", "client")))


class Verdicts:
    """What was asked and what came of it."""

    def __init__(self, exceptions):
        self.exceptions, self.used, self.red, self.count = exceptions, set(), [], 0

    def expect(self, holds, name, what, text):
        self.count += 1
        row = exception_for(self.exceptions, name, what)
        if holds:
            return
        if row is None:
            self.red.append(f"{name}: {text}")
        else:
            self.used.add(row)

    def finish(self):
        for row in self.exceptions:
            if row not in self.used:
                self.red.append(f"ci/power_exceptions.txt: \"{row[0]} {row[1]}\" holds by now")
        for text in self.red:
            print(f"red: {text}")
        print(f"power matrix: {self.count} questions, {len(self.red)} red, "
              f"{len(self.used)} exceptions")
        return 1 if self.red else 0


def answer(stack, flaw, case):
    """(does it hold?, the flaw as exceptions name it, what it is otherwise)"""
    if flaw is not None:
        return (is_found(case), flaw,
                f"{stack} with {flaw} has {case['verdict']}: {case['reason']}")
    if stack == "openssl":
        return (case["verdict"] in ("pass", "not-applicable"), "strict",
                f"reference/strict has {case['verdict']}: {case['reason']}")
    return (not case["verdict"].startswith("fail"), stack,
            f"{stack} without a flaw has {case['verdict']}")


def tasks_of(wanted, is_one, at_once):
    """[((stack, role, flaw), [id])] of the ids that are one, the longest first."""
    tasks = []
    for at, names in wanted.items():
        names = [name for name in names if is_one(name)]
        tasks += [(at, names[first:first + at_once]) for first in range(0, len(names), at_once)]
    return sorted(tasks, key=lambda task: -len(task[1]))


def run_all(bench):
    scenarios = bench.scenarios()
    stacks = bench.flaws()
    verdicts = Verdicts(read_exceptions())
    wanted = {}  # (stack, role, flaw or None): [id]
    expects = {scenario["id"]: scenario["expect"] for scenario in scenarios}
    for scenario in scenarios:
        name = scenario["id"]
        flaws = scenario["flaws"]
        verdicts.expect(flaws, name, "-", "names no flaw")
        for flaw in flaws:
            stack = stacks.get(flaw, [None])[0]
            verdicts.expect(stack, name, flaw, f"no board has the flaw {flaw}")
            if stack is None:
                continue
            wanted.setdefault((stack, scenario["role"], flaw), []).append(name)
            if stack != "openssl":
                wanted.setdefault((stack, scenario["role"], None), []).append(name)
    for scenario in scenarios:
        wanted.setdefault(("openssl", scenario["role"], None), []).append(scenario["id"])
    watched = tasks_of(wanted, lambda name: name.startswith(WATCHED), WATCHED_AT_ONCE)
    others = tasks_of(wanted, lambda name: not name.startswith(WATCHED), AT_ONCE)

    def run_task(name, at, names):
        stack, role, flaw = at
        more = {other for wanted_name in names for other in WITH.get(wanted_name, ())}
        looks = any(expects[wanted_name] == "observe" for wanted_name in names)
        companions = COMPANIONS if role == "client" and looks else ()
        cases = bench.run(bench.board_file(stack, role, flaw, name),
                          sorted({*names, *companions, *more}), name)
        return at, {wanted_name: cases[wanted_name] for wanted_name in names}

    doubtful = []
    with concurrent.futures.ThreadPoolExecutor(WATCHED_JOBS) as watchers, \
            concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        runs = [watchers.submit(run_task, f"watch-{i}", *task) for i, task in enumerate(watched)]
        runs += [pool.submit(run_task, f"run-{i}", *task) for i, task in enumerate(others)]
        for run in runs:
            at, cases = run.result()
            for name, case in cases.items():
                holds, what, text = answer(at[0], at[2], case)
                if holds or exception_for(verdicts.exceptions, name, what):
                    verdicts.expect(holds, name, what, text)
                else:
                    doubtful.append((at, name, text))
    # Some cases measure time, which a busy machine bends: they are asked again, one by one.
    for number, (at, name, text) in enumerate(doubtful):
        again = run_task(f"again-{number}", at, [name])[1] if number < AGAIN_MAX else {}
        holds, what, _ = answer(at[0], at[2], again[name]) if again else (False, "", text)
        verdicts.expect(holds, name, what, text)
        if holds:
            print(f"held when it was asked again by itself: {name}: {text}")
    return verdicts.finish()


HEAD = """<!-- SPDX-License-Identifier: Apache-2.0 -->
<!-- written by ci/power_matrix.py --write; the test test_power_matrix runs what it says -->
# The power matrix

A test that nothing fails proves nothing. For each scenario, `test_power_matrix` runs two kinds of
board:

* `reference/strict`, or `reference/strict-server` where the board is the server, which has to pass
  it, or to be out of its scope;
* a board with the flaw that the scenario exists to find, and with no other, which has to fail it.
  [flaws.md](formats/flaws.md) says what each flaw is. A flaw is OpenSSL's (`reference/strict` plus
  that flaw) unless another stack is named behind it.

"""
NOT_HELD = """
## What does not hold

From `ci/power_exceptions.txt`. `-` names no flaw; `strict` is the careful board.

| scenario | flaw | reason |
|---|---|---|
"""


def render_matrix(scenarios, stacks, exceptions):
    rows = []
    for scenario in scenarios:
        name = scenario["id"]
        cells = []
        for flaw in scenario["flaws"]:
            stack = stacks.get(flaw, ["none"])[0]
            known = exception_for(exceptions, name, flaw) is not None
            cells.append(f"`{flaw}`" + (f" ({stack})" if stack != "openssl" else "") +
                         (" **not yet**" if known else ""))
        strict = "see below" if exception_for(exceptions, name, "strict") else "passes"
        title = scenario["title"].replace("|", "\\|")
        rows.append(f"| {name} | {title} | {strict} | {', '.join(cells) or '**none**'} |\n")
    text = (HEAD + f"{len(scenarios)} scenarios.\n\n"
            "| scenario | | strict | fails with |\n|---|---|---|---|\n" + "".join(rows))
    if exceptions:
        text += NOT_HELD
        text += "".join(f"| `{row[0]}` | {row[1]} | {row[2]} |\n" for row in exceptions)
    return text


def render_catalogue(text, stacks):
    """flaws.md with its last column as the boards have it."""
    def fill(match):
        found = stacks.get(match[1], [])
        all_of_them = len(found) == len(STACKS)
        shown = "all" if all_of_them else " ".join(found) or "-"
        return f"| `{match[1]}` | {match[2]} | {shown} |"

    return re.sub(r"^\| `([a-z0-9-]+)` \| (.*) \| [a-z -]+ \|$", fill, text, flags=re.M)


def documents(bench):
    """[(path, what it ought to hold)]"""
    stacks = bench.flaws()
    with open(CATALOGUE, encoding="utf-8") as file:
        catalogue = file.read()
    missing = [flaw for flaw in stacks if f"| `{flaw}` |" not in catalogue]
    if missing:
        raise SystemExit(f"docs/formats/flaws.md lacks {', '.join(missing)}")
    return [(MATRIX, render_matrix(bench.scenarios(), stacks, read_exceptions())),
            (CATALOGUE, render_catalogue(catalogue, stacks))]


def check(bench):
    stale = 0
    for path, wanted in documents(bench):
        try:
            with open(path, encoding="utf-8") as file:
                is_current = file.read() == wanted
        except FileNotFoundError:
            is_current = False
        if not is_current:
            print(f"{os.path.relpath(path, ROOT)} is not current: ci/power_matrix.py --write ...")
            stale = 1
    return stale


def write(bench):
    for path, wanted in documents(bench):
        with open(path, "w", encoding="utf-8") as file:
            file.write(wanted)
    return 0


def main():
    actions = {"--run": run_all, "--check": check, "--write": write}
    if len(sys.argv) != 4 or sys.argv[1] not in actions:
        raise SystemExit(__doc__)
    with tempfile.TemporaryDirectory(prefix="assay-power-") as work:
        return actions[sys.argv[1]](Bench(os.path.abspath(sys.argv[2]),
                                          os.path.abspath(sys.argv[3]), work))


if __name__ == "__main__":
    sys.exit(main())
