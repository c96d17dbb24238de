#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_style.py [--root DIR] [--list-c] [FILE...]

Checks files of the repository (default: all) against the rules of docs/STYLE.md that need no
compiler. One finding a line, "file:line: rule: what is wrong"; exit 1 when there is any.

A finding that is right as it is carries "style-ok: RULE why" in a comment on its line or on the
line above. A file of tables may be long when its first lines hold "style: long table".
"""
import argparse
import fnmatch
import os
import re
import subprocess
import sys

import style_rules as rules

COMMENT_OR_TEXT = re.compile(
    r"""/\*.*?\*/ | //[^\n]* | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*'""", re.S | re.X)
INCLUDE = re.compile(r'^\s*#\s*include\s*["<]([^">]+)[">]')
LINK = re.compile(r"\]\((?![a-z]+:)([^)#\s]+)(?:#[^)]*)?\)")
FUNCTION_NAME = re.compile(r"(\w+)\s*\(")


class Source:
    """A file: its path from the root, its lines, and for C its lines without comments and texts."""

    def __init__(self, root, path):
        with open(os.path.join(root, path), "rb") as stream:
            self.raw = stream.read()
        self.root = root
        self.path = path
        self.text = self.raw.decode("utf-8", "replace")
        self.lines = self.text.split("\n")
        self.is_c = path.endswith((".c", ".h"))
        self.is_text = b"\0" not in self.raw
        self.code = []
        if self.is_c:
            self.code = COMMENT_OR_TEXT.sub(self.blank, self.text).split("\n")

    @staticmethod
    def blank(match):
        text = match.group(0)
        hidden = re.sub(r"[^\n]", " ", text)
        return '"' + hidden[2:] + '"' if text[0] == '"' and len(text) > 1 else hidden

    def is_excused(self, line, rule):
        near = self.lines[max(0, line - 2):line]
        return any(re.search(rf"style-ok: {re.escape(rule)} \w", text) for text in near)

    def kind(self):
        base = os.path.basename(self.path)
        return "CMakeLists.txt" if base == "CMakeLists.txt" else os.path.splitext(base)[1]

    def is_test(self):
        return any(part in ("tests", "fuzz") for part in self.path.split("/")[:-1])


def check_name(source):
    stem = os.path.basename(source.path).split(".")[0].lower()
    folders = source.path.lower().split("/")[:-1]
    parts = set(re.split(r"[_-]", stem)) | set(folders)
    for word in rules.EMPTY_NAMES:
        if word in parts:
            yield 1, "file-name", f'"{word}" says nothing: name the noun that the file is about'


def check_spdx(source):
    if source.kind() not in rules.SPDX_KINDS and not source.lines[0].startswith("#!"):
        return
    if not any("SPDX-License-Identifier: Apache-2.0" in line for line in source.lines[:3]):
        yield 1, "spdx", "one of the first 3 lines must say SPDX-License-Identifier: Apache-2.0"


def check_whitespace(source):
    if b"\r" in source.raw:
        yield 1, "line-end", "lines end with LF, not CR LF"
    if source.raw and not source.raw.endswith(b"\n"):
        yield len(source.lines), "line-end", "the last line has no newline"
    for number, line in enumerate(source.lines, 1):
        if line != line.rstrip(" \t") and source.kind() != ".md":
            yield number, "line-end", "white space at the end of the line"


def check_lengths(source):
    if source.kind() not in rules.LENGTH_KINDS:
        return
    count = len(source.lines) - 1
    is_table = any(rules.LONG_TABLE_MARK in line for line in source.lines[:12])
    if count > rules.MAX_FILE_LINES and not is_table:
        yield (rules.MAX_FILE_LINES + 1, "file-length",
               f"{count} lines; {rules.MAX_FILE_LINES} at most: split by meaning")
    limit = rules.MAX_COLUMNS
    for number, line in enumerate(source.lines, 1):
        if "clang-format off" in line:
            limit = rules.MAX_TABLE_COLUMNS
        elif "clang-format on" in line:
            limit = rules.MAX_COLUMNS
        if len(line) > limit:
            yield number, "line-length", f"{len(line)} columns; {limit} at most"


def function_start(code, brace):
    """Index of the first line of the signature whose body opens at line index `brace`, or None."""
    start = brace - 1
    if start < 0 or not code[start].rstrip().endswith(")"):
        return None
    while start > 0 and code[start - 1].strip() and not re.search(r"[;}]\s*$|^\s*#|^\s*$",
                                                                  code[start - 1]):
        start -= 1
    return start


def check_function_length(source):
    """With the braces of .clang-format a "{" in the first column opens a function, nothing else."""
    if not source.is_c:
        return
    start = None
    for index, line in enumerate(source.code):
        if line.rstrip() == "{" and start is None:
            start = function_start(source.code, index)
        elif line.startswith("}") and start is not None:
            count = index - start + 1
            if count > rules.MAX_FUNCTION_LINES:
                name = FUNCTION_NAME.search(" ".join(source.code[start:index]))
                yield (start + 1, "function-length",
                       f"{name.group(1) if name else 'function'} has {count} lines; "
                       f"{rules.MAX_FUNCTION_LINES} at most: a step or a sequence of steps")
            start = None


def check_banned_calls(source):
    for pattern, names, why in rules.BANNED_CALLS:
        if not source.is_c or not rules.applies(pattern, source.path, source.is_test()):
            continue
        call = re.compile(rf"(?<![\w.>])({'|'.join(names)})\s*\(")
        for number, line in enumerate(source.code, 1):
            found = call.search(line)
            if found:
                yield number, "banned-call", f"{found.group(1)}(): {why}"


def check_includes(source):
    if not source.is_c or source.is_test():
        return
    for pattern, forbidden, allowed, why in rules.FORBIDDEN_INCLUDES:
        if not fnmatch.fnmatchcase(source.path, pattern):
            continue
        for number, line in enumerate(source.lines, 1):
            found = INCLUDE.match(line)
            if (found and any(fnmatch.fnmatchcase(found.group(1), f) for f in forbidden) and
                    not any(fnmatch.fnmatchcase(found.group(1), a) for a in allowed)):
                yield number, "layer", f'"{found.group(1)}" is not for {pattern}: {why}'


def check_words(source):
    """Marks of unfinished work, in code and prose."""
    for number, line in enumerate(source.lines, 1):
        found = rules.UNFINISHED.search(line)
        if found:
            yield number, "unfinished", f'"{found.group(0)}": finish it, or say what is so'
    for number, line in enumerate(source.code, 1):
        if re.match(r"\s*#\s*if\s+0\b", line):
            yield number, "unfinished", "#if 0: code that is not compiled is not code"


def check_secrets(source):
    found = rules.PRIVATE_KEY.search(source.text)
    if found:
        yield (source.text.count("\n", 0, found.start()) + 1, "private-key",
               "a private key in the repository; mint it when it is needed (mockserver/pki)")


def check_header_guard(source):
    if not source.path.endswith(".h"):
        return
    parts = source.path[:-2].split("/")
    stem = re.sub(r"\W", "_", parts[-1]).upper()
    guard = next((line for line in source.code if line.startswith("#ifndef ")), "#ifndef ")
    if not guard.split()[1:] or not guard.split()[1].endswith(stem + "_H"):
        yield 1, "header-guard", f"the first directive must be #ifndef <ROOM>_{stem}_H"


def check_links(source):
    """Links of documents to files of the repository lead somewhere."""
    if source.kind() != ".md":
        return
    folder = os.path.dirname(os.path.join(source.root, source.path))
    for number, line in enumerate(source.lines, 1):
        for target in LINK.findall(line):
            if not os.path.exists(os.path.join(folder, target)):
                yield number, "dead-link", f"there is no {target}"


CHECKS = (check_name, check_spdx, check_whitespace, check_lengths, check_function_length,
          check_banned_calls, check_includes, check_words, check_secrets, check_header_guard,
          check_links)


def git_files(root):
    """Tracked and new files; None where this is no repository."""
    done = subprocess.run(
        ["git", "-c", "safe.directory=*", "-C", root, "ls-files", "-z", "--cached", "--others",
         "--exclude-standard"], capture_output=True, check=False)
    if done.returncode != 0:
        return None
    return sorted({name for name in done.stdout.decode().split("\0") if name})


def walked_files(root):
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(f for f in folders if f not in rules.SKIPPED_FOLDERS)
        for name in sorted(names):
            yield os.path.relpath(os.path.join(folder, name), root)


def all_files(root):
    names = git_files(root) if os.path.exists(os.path.join(root, ".git")) else None
    for name in names if names is not None else walked_files(root):
        path = os.path.join(root, name)
        if os.path.isfile(path) and not os.path.islink(path):
            yield name


def check_file(root, path):
    source = Source(root, path)
    if not source.is_text or not source.raw:
        return []
    # Data that other rules do not fit may still not hold a key.
    checks = (check_secrets,) if rules.is_exempt(path) else CHECKS
    found = []
    for check in checks:
        for line, rule, text in check(source):
            if not source.is_excused(line, rule):
                found.append((line, f"{path}:{line}: {rule}: {text}"))
    return [text for _, text in sorted(found)]


def main():
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--root", default=here)
    parser.add_argument("--list-c", action="store_true", help="only list the C files")
    parser.add_argument("files", nargs="*")
    options = parser.parse_args()
    files = options.files or list(all_files(options.root))
    if options.list_c:
        print("\n".join(f for f in files if f.endswith((".c", ".h")) and not rules.is_exempt(f)))
        return 0
    findings = [text for path in files for text in check_file(options.root, path)]
    print("\n".join(findings), end="\n" if findings else "")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
