#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test_transcripts.py ASSAY: real transcripts hold nothing but what base/event_kinds.h lists.

Runs the core suite on two boards and holds every event of every transcript against the list: its
kind, its fields, their types and words, and that what is marked secret is masked.
"""
import glob
import json
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "ci"))
import transcript_doc  # pylint: disable=wrong-import-position

BOARDS = ("local/openssl-s_client", "local/mosquitto-pub")
HEAD = {"t", "src", "ev", "conn"}


def is_list_of(kind):
    return lambda v: isinstance(v, list) and all(type(x) is kind for x in v)


IS_TYPE = {
    "int": lambda v: type(v) is int,
    "bool": lambda v: type(v) is bool,
    "text": lambda v: type(v) is str,
    "bytes": lambda v: type(v) is dict and list(v) == ["hex"],
    "ints": is_list_of(int),
    "texts": is_list_of(str),
}


def faults(event, kinds):
    """What is wrong with an event, as texts."""
    kind = event["ev"]
    if kind not in kinds:
        yield f"{kind}: no such kind"
        return
    listed = {field[0]: field for field in kinds[kind]}
    for name in set(event) - HEAD - set(listed):
        yield f"{kind}: no field {name}"
    for name, type_name, secret, optional, note in listed.values():
        if name not in event:
            if not optional:
                yield f"{kind}: {name} is missing"
            continue
        value = event[name]
        words = "rx|tx" if name == "dir" else note
        if not IS_TYPE[type_name](value):
            yield f"{kind}: {name} is no {type_name}: {value!r}"
        elif secret and value != "(secret)":
            yield f"{kind}: {name} is not masked"
        elif type_name == "text" and "|" in words and value not in [
                "" if w == "empty" else w.partition(":")[0] for w in words.split("|")]:
            yield f"{kind}: {name} is {value!r}, none of {words}"


def main(assay):
    with open(transcript_doc.HEADER, encoding="utf-8") as stream:
        rooms = transcript_doc.read_kinds(stream.read())
    kinds = {kind: fields for _, listed in rooms for kind, fields in listed}
    found, seen = set(), set()
    with tempfile.TemporaryDirectory() as folder:
        for number, board in enumerate(BOARDS):
            run = os.path.join(folder, str(number))
            done = subprocess.run([assay, "run", "-q", "-b", board, "-s", "@core", "-o", run,
                                   "--bench-dir", os.path.join(folder, "bench")],
                                  capture_output=True, text=True, timeout=300, check=False)
            if done.returncode not in (0, 1):
                print(f"{board}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
                return 1
        paths = glob.glob(os.path.join(folder, "*/cases/**/transcript.jsonl"), recursive=True)
        for path in paths:
            with open(path, encoding="utf-8") as lines:
                for line in lines:
                    event = json.loads(line)
                    seen.add(event["ev"])
                    found.update(faults(event, kinds))
    print("\n".join(sorted(found)))
    print(f"{len(paths)} transcripts, {len(seen)} of {len(kinds)} kinds")
    return 0 if not found and len(paths) > len(BOARDS) and len(seen) > 20 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
