#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# ci/fuzz.sh [SECONDS] [TARGET...]   run fuzz targets (default: all) for SECONDS each (default 60)
#
# New inputs are kept below build/fuzz/corpus/, findings below build/fuzz/findings/; a finding makes
# it fail and becomes a seed in fuzz/corpus/<target>/ together with the fix.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

seconds=60
case ${1:-} in
-h | --help)
    sed -n '/^# ci\/fuzz.sh/,/^set/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
    exit 0
    ;;
[0-9]*)
    seconds=$1
    shift
    ;;
esac
case $seconds in
*[!0-9]* | 0) echo "fuzz.sh: \"$seconds\" is no number of seconds" >&2 && exit 2 ;;
esac
if [ -z "${CMAKE_C_COMPILER_LAUNCHER:-}" ] && command -v ccache >/dev/null; then
    export CMAKE_C_COMPILER_LAUNCHER=ccache
fi

build=build/fuzz
mkdir -p "$build/findings"
if ! { cmake --preset fuzz && cmake --build "$build" --target fuzz_targets; } \
    >"$build/fuzz-build.log" 2>&1; then
    tail -n 40 "$build/fuzz-build.log" >&2
    exit 1
fi

mapfile -t known < <(cd "$build/fuzz-targets" && printf '%s\n' fuzz_* | sed 's/^fuzz_//')
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
    targets=("${known[@]}")
fi
for target in "${targets[@]}"; do
    if [ ! -x "$build/fuzz-targets/fuzz_$target" ]; then
        echo "fuzz.sh: no target \"$target\"; there are: ${known[*]}" >&2
        exit 2
    fi
done

# One target; prints one line, and the log of a finding.
run_target() {
    local target=$1 seconds=$2 build=$3 log=$3/findings/$1.log
    mkdir -p "$build/corpus/$target"
    if "$build/fuzz-targets/fuzz_$target" -max_total_time="$seconds" -timeout=10 \
        -rss_limit_mb=2048 -artifact_prefix="$build/findings/$target-" -print_final_stats=1 \
        "$build/corpus/$target" "fuzz/corpus/$target" >"$log" 2>&1; then
        # Without coverage a fuzzer only rolls dice: say what it reached.
        printf 'fuzz %s: no finding; %s runs, %s edges\n' "$target" \
            "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" \
            "$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)"
        rm -f "$log"
    else
        tail -n 60 "$log"
        printf 'fuzz %s: FINDING, see %s\n' "$target" "$PWD/$build/findings"
        return 1
    fi
}
export -f run_target

export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1
# shellcheck disable=SC2016 # the inner shell expands
printf '%s\0' "${targets[@]}" |
    xargs -0 -P "$(nproc)" -I{} bash -c 'run_target "$@" || exit 1' _ {} "$seconds" "$build"
