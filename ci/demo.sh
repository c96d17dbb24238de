#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# ci/demo.sh [BOARD]   install what is missing, build, run the core suite on a board that needs no
#                      hardware, print its grade and the report's path
#
# Default: emulated/cortex-m3, a microcontroller in QEMU that is flashed first. Where QEMU or the
# sources of its firmware cannot be had, one line says so and virtual/bearssl takes its place.
#
# Exit 0: the bench did its work, also where the board deviates. Otherwise the exit code of
# "assay run".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

board=${1:-emulated/cortex-m3}
image=build/release/firmware/cortex-m3-bearssl.bin
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
case $board in
emulated/*) ci/setup.sh emulated >build/emulated.log 2>&1 || true ;; # missed below, if it is
esac
if [ -z "${CMAKE_C_COMPILER_LAUNCHER:-}" ] && command -v ccache >/dev/null; then
    export CMAKE_C_COMPILER_LAUNCHER=ccache
fi
section "build"
# Another compiler than ours may warn of other things; that is for CI, not for a demonstration.
quietly cmake --preset release -DBUILD_TESTING=OFF -DASSAY_WERROR=OFF
cp build/demo.log build/demo-configure.log
quietly cmake --build build/release
case $board in
emulated/*)
    why=
    if ! qemu-system-arm --version >/dev/null 2>&1; then
        why="qemu-system-arm does not start"
    elif [ ! -f "$image" ]; then
        why=$(sed -n 's/^-- No firmware for emulated boards: //p' build/demo-configure.log)
        why=${why:-see build/emulated.log}
    fi
    if [ -n "$why" ]; then
        echo "demo: no emulated board ($why); virtual/bearssl instead"
        board=virtual/bearssl
    fi
    ;;
esac
section "run the core suite on $board"
code=0
build/release/harness/cli/assay run -b "$board" -s @core -o "$run_dir" || code=$?
if [ "$code" -le 1 ] && [ ! -f "$run_dir/report.html" ]; then
    echo "demo: assay wrote no $run_dir/report.html" >&2
    exit 3
fi
[ "$code" -ne 1 ] || exit 0
exit "$code"
