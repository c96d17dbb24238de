#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# ci/demo.sh [BOARD]   install what is missing, build, run the core suite on a board that needs no
#                      hardware (default virtual/bearssl), print its grade and the report's path
#
# Exit 0: the bench did its work, also where the board deviates. Otherwise the exit code of
# "assay run".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

board=${1:-virtual/bearssl}
run_dir=$PWD/runs/demo-$(date -u +%Y%m%d-%H%M%S)

section() { printf '== %s\n' "$*"; }

quietly() {
    local log=build/demo.log
    if ! "$@" >"$log" 2>&1; then
        grep -vE '^\[[0-9]+/[0-9]+\] |^-- ' "$log" | tail -n 60 >&2
        printf 'demo: failed: %s (all of it: %s)\n' "$*" "$PWD/$log" >&2
        exit 3
    fi
}

mkdir -p build
section "packages"
ci/setup.sh build run
if [ -z "${CMAKE_C_COMPILER_LAUNCHER:-}" ] && command -v ccache >/dev/null; then
    export CMAKE_C_COMPILER_LAUNCHER=ccache
fi
section "build"
# Another compiler than ours may warn of other things; that is for CI, not for a demonstration.
quietly cmake --preset release -DBUILD_TESTING=OFF -DASSAY_WERROR=OFF
quietly cmake --build build/release
section "run the core suite on $board"
code=0
build/release/harness/cli/assay run -b "$board" -s @core -o "$run_dir" || code=$?
if [ "$code" -le 1 ] && [ ! -f "$run_dir/report.html" ]; then
    echo "demo: assay wrote no $run_dir/report.html" >&2
    exit 3
fi
[ "$code" -ne 1 ] || exit 0
exit "$code"
