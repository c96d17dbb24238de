#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""transcript_doc.py --check | --write

Keeps the list of events in docs/formats/transcript.md equal to base/include/base/event_kinds.h.
--check (a test) says what differs; --write takes the list over.
"""
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HEADER = os.path.join(ROOT, "base/include/base/event_kinds.h")
DOCUMENT = os.path.join(ROOT, "docs/formats/transcript.md")
BEGIN = "<!-- events: written by ci/transcript_doc.py --write from base/event_kinds.h -->\n"
END = "<!-- end of events -->\n"

TOKEN = re.compile(r'/\*\s*(?P<room>.*?)\s*\*/|X\(\s*\w+\s*,\s*"(?P<kind>[^"]+)"\s*,'
                   r'(?P<fields>(?:\s*"[^"]*")+)\s*\)', re.S)
FIELD = re.compile(r"(\w+) (\w+)(!?)(\??)(?: \(([^)]*)\))?(?:, |$)")


def read_kinds(header):
    """[(room, [(kind, [(name, type, secret, optional, note)])])] in the order of the header."""
    start = header.index("#define EVENT_KIND_MAP(X)")
    body = header[start:header.index("/* clang-format on */")].replace("\\\n", "\n")
    rooms = []
    for token in TOKEN.finditer(body):
        if token["room"]:
            rooms.append((token["room"], []))
            continue
        fields = "".join(re.findall(r'"([^"]*)"', token["fields"]))
        found = FIELD.findall(fields)
        if sum(len(m.group(0)) for m in FIELD.finditer(fields)) != len(fields):
            raise SystemExit(f"{token['kind']}: cannot read \"{fields}\"")
        rooms[-1][1].append((token["kind"], found))
    return rooms


def word_text(word):
    name, _, meaning = word.partition(": ")
    shown = name if name == "empty" else f"`{name}`"
    return f"{shown} ({meaning})" if meaning else shown


def field_text(field):
    name, kind, secret, optional, note = field
    marks = [kind] + (["secret"] if secret else []) + (["optional"] if optional else [])
    if "|" in note:
        marks.append("one of " + ", ".join(word_text(word) for word in note.split("|")))
    elif note:
        marks.append(note)
    return f"  - `{name}`: {', '.join(marks)}\n"


def render(rooms):
    text = []
    for room, kinds in rooms:
        text.append(f"### From {room}\n\n")
        for kind, fields in kinds:
            text.append(f"- **`{kind}`**\n")
            text.extend(field_text(field) for field in fields)
        text.append("\n")
    return "".join(text)


def main(arguments):
    with open(HEADER, encoding="utf-8") as stream:
        rooms = read_kinds(stream.read())
    with open(DOCUMENT, encoding="utf-8") as stream:
        document = stream.read()
    before, rest = document.split(BEGIN)
    _, after = rest.split(END)
    wanted = before + BEGIN + "\n" + render(rooms) + END + after
    if arguments == ["--write"]:
        with open(DOCUMENT, "w", encoding="utf-8") as stream:
            stream.write(wanted)
        return 0
    if arguments != ["--check"]:
        print(__doc__, file=sys.stderr)
        return 2
    if document != wanted:
        print("docs/formats/transcript.md does not list the events as base/event_kinds.h does:\n"
              "run ci/transcript_doc.py --write and say in the text what is new")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
