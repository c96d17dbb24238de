#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_schema.py SCHEMA FILE...: validate JSON files; exit 1 and a line per fault."""
import json
import sys

import jsonschema


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        schema = json.load(f)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    faults = 0
    for name in sys.argv[2:]:
        with open(name, encoding="utf-8") as f:
            document = json.load(f)
        for fault in validator.iter_errors(document):
            print(f"{name}: {'/'.join(map(str, fault.path))}: {fault.message[:200]}")
            faults += 1
    return 1 if faults or len(sys.argv) < 3 else 0


sys.exit(main())
