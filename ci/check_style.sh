#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# ci/check_style.sh [FILE...]   check the rules of docs/STYLE.md that need no compiler; without FILE
#                               all files. Prints "file:line: rule: what is wrong".
#
# clang-format of another major version than 14 formats otherwise: then formatting is not checked.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 2

code=0
ci/check_style.py "$@" || code=1

formatter=$(command -v clang-format-14 || command -v clang-format || true)
if [ -z "$formatter" ] || ! "$formatter" --version | grep -q 'version 14\.'; then
    echo "check_style: clang-format 14 is not here: formatting was not checked" >&2
else
    findings=$(ci/check_style.py --list-c "$@" | tr '\n' '\0' |
        xargs -0 -r -n 40 "$formatter" --dry-run --Werror 2>&1 |
        sed -nE 's/^([^ ]+:[0-9]+):[0-9]+: error: .*/\1: format: run clang-format -i on it/p' |
        sort -u -t: -k1,1)
    if [ -n "$findings" ]; then
        printf '%s\n' "$findings"
        code=1
    fi
fi
exit $code
