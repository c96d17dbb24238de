#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# ci/check_tidy.sh [--all | FILE...]   clang-tidy (.clang-tidy) over C files; without arguments
#                                      those that differ from origin/main, or those of the last
#                                      commit
#
# Works on the build tree of the preset "clang": gcc's own warning flags are errors to clang-tidy.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

changed() {
    local base
    base=$(git merge-base HEAD origin/main 2>/dev/null || git rev-parse HEAD)
    if [ "$base" = "$(git rev-parse HEAD)" ] && git diff --quiet HEAD --; then
        base=$(git rev-parse HEAD~1 2>/dev/null || git rev-parse HEAD)
    fi
    git diff --name-only --diff-filter=d "$base" -- '*.c'
    git ls-files --others --exclude-standard -- '*.c'
}

case ${1:-} in
-h | --help)
    sed -n '/^# ci\/check_tidy/,/^set/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
    exit 0
    ;;
--all) files=$(git ls-files -- '*.c') ;;
'') files=$(changed) ;;
*) files=$(printf '%s\n' "$@") ;;
esac

cmake --preset clang >build/tidy.log 2>&1 || { tail -n 20 build/tidy.log >&2 && exit 2; }
# Only what the build compiles; a file that it does not know would be checked with wrong flags.
files=$(printf '%s\n' "$files" | while read -r file; do
    [ -n "$file" ] && grep -qF "\"file\": \"$PWD/$file\"" build/clang/compile_commands.json &&
        printf '%s\n' "$file"
done || true)
if [ -z "$files" ]; then
    echo "check_tidy: no C file to look at"
    exit 0
fi
# One file a process: clang-tidy 14 takes every va_list of a second file for uninitialised.
if printf '%s\n' "$files" | tr '\n' '\0' |
    xargs -0 -n 1 -P "$(nproc)" clang-tidy -p build/clang --quiet >build/tidy.log 2>/dev/null; then
    echo "check_tidy: $(printf '%s\n' "$files" | wc -l) files, no finding"
else
    sed -n "s|^$PWD/||; /: error: /p" build/tidy.log | sort -u
    echo "check_tidy: the whole of it is in build/tidy.log"
    exit 1
fi
