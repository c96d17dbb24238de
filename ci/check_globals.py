#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_globals.py BUILD-DIR: no room keeps mutable variables outside its functions (S11).

Reads the symbols of the rooms' archives below a build without sanitizers. That it can see such a
variable at all, it proves on the one that the tests' own library has.
"""
import os
import subprocess
import sys

SPECIMEN = ("libassay_test_support.a", "made_directory")
WRITABLE = (".data", ".bss", ".tdata", ".tbss", "*COM*")


def archives(build):
    for folder, _, names in os.walk(build):
        for name in names:
            if name.startswith("libassay_") and name.endswith(".a"):
                yield os.path.join(folder, name)


def mutable_objects(archive):
    """Names of the objects in writable sections; .data.rel.ro is constant once it is loaded."""
    table = subprocess.run(["objdump", "-t", archive], capture_output=True, text=True, check=True)
    for line in table.stdout.splitlines():
        words = line.split()
        if "O" not in words[1:4] or len(words) < 5:
            continue
        section = words[words.index("O", 1) + 1]
        if section.startswith(WRITABLE) and not section.startswith(".data.rel.ro"):
            yield words[-1]


def main(build):
    seen_specimen = False
    found = 0
    for archive in sorted(archives(build)):
        name = os.path.basename(archive)
        for symbol in mutable_objects(archive):
            if (name, symbol) == SPECIMEN:
                seen_specimen = True
            elif "/tests" not in os.path.dirname(archive) and not name.endswith("_test.a"):
                print(f"{name}: {symbol} is a mutable variable outside a function")
                found += 1
    if not seen_specimen:
        print(f"{SPECIMEN[0]}: {SPECIMEN[1]} was not seen, so nothing else would have been")
    return 0 if seen_specimen and found == 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
