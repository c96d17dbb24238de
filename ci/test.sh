#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# ci/test.sh [FLAG...]   install what is missing, build, run every test
#
#   (no flag)        --style --gcc --asan --clang; of the tests, --asan runs those labelled "unit"
#   --style          formatting, lengths, layering, banned functions: ci/check_style.sh
#   --gcc            build with gcc, all tests
#   --asan           build with AddressSanitizer and UBSan; given by name: all tests
#   --tsan           build with ThreadSanitizer, tests labelled "unit"
#   --clang          build with clang, warnings as errors; given by name: all tests
#   --fuzz SECONDS   every fuzz target for that long
#   --bench          build for release, tests labelled "bench" (not part of any other job)
#   --no-setup       take the machine as it is
#
# The last line is "tests: N passed, N failed". A test that runs in several builds counts once, and
# passes when it passed in all of them. A skipped test is a failed one, except for those that
# ci/allowed_skips.txt names. A build that fails counts as one failed test.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 2

results=build/results
at_once=$(($(nproc) * 2)) # tests: for the most part they wait for boards that wait
jobs_wanted=
by_name=no
fuzz_seconds=60
setup=yes

usage() {
    sed -n '/^# ci\/test.sh/,/^# ci\/allowed/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
    exit "$1"
}

while [ $# -gt 0 ]; do
    case $1 in
    --style | --gcc | --asan | --tsan | --clang | --bench) jobs_wanted+=" ${1#--}" ;;
    --fuzz)
        jobs_wanted+=" fuzz"
        case ${2:-} in
        '' | *[!0-9]*) echo "test.sh: --fuzz needs a number of seconds" >&2 && exit 2 ;;
        esac
        fuzz_seconds=$2
        shift
        ;;
    --no-setup) setup=no ;;
    -h | --help) usage 0 ;;
    *)
        echo "test.sh: unknown flag \"$1\"" >&2
        usage 2 >&2
        ;;
    esac
    shift
done
if [ -n "$jobs_wanted" ]; then
    by_name=yes
else
    jobs_wanted=" style gcc asan clang"
fi

section() { printf '\n== %s\n' "$*"; }

# One line "STEP passed|failed" beside the JUnit files; ci/count_tests.py adds them up.
step() {
    local name=$1
    shift
    if "$@"; then
        echo "$name passed" >>"$results/steps"
    else
        echo "$name failed" >>"$results/steps"
        printf '\n%s FAILED: %s\n' "$name" "$*"
        return 1
    fi
}

build() {
    local preset=$1 log=$results/build-$1.log
    section "build $preset"
    if ! cmake --preset "$preset" -DBUILD_TESTING=ON -DASSAY_WERROR=ON \
        -DASSAY_FIRMWARE=ON >"$log" 2>&1 ||
        ! cmake --build "build/$preset" -- -k 0 >>"$log" 2>&1; then
        grep -vE '^\[[0-9]+/[0-9]+\] |^-- |^ccache |^/usr/bin/' "$log" | tail -n 80
        return 1
    fi
    tail -n 1 "$log"
}

# run_tests PRESET [ctest arguments]
run_tests() {
    local preset=$1
    shift
    section "test $preset"
    # A failed test is in the JUnit file; only a ctest that did not get that far is an error here.
    ctest --test-dir "build/$preset" -j "$at_once" --timeout 120 --no-tests=error \
        --output-on-failure --output-junit "$PWD/$results/$preset.xml" "$@" \
        >"$results/test-$preset.log" 2>&1
    grep -vE '^ *(Start +[0-9]+:|[0-9]+/[0-9]+ Test .* Passed )' "$results/test-$preset.log"
    [ -s "$results/$preset.xml" ]
}

build_and_test() {
    local preset=$1
    step "build-$preset" build "$preset" && { step "ctest-$preset" run_tests "$@" || true; }
}

sanitizer_options() {
    export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1
    export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
    export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1
}

run_job() {
    case $1 in
    style) section style && step style ci/check_style.sh ;;
    gcc) build_and_test dev -LE '^bench$' ;;
    asan)
        if [ "$by_name" = yes ]; then
            build_and_test asan -LE '^bench$'
        else
            build_and_test asan -L '^unit$'
        fi
        ;;
    tsan) build_and_test tsan -L '^unit$' ;;
    clang)
        if [ "$by_name" = yes ]; then
            build_and_test clang -LE '^bench$'
        else
            step build-clang build clang
        fi
        ;;
    fuzz) section "fuzz, $fuzz_seconds s each" && step fuzz ci/fuzz.sh "$fuzz_seconds" ;;
    bench) build_and_test release -L '^bench$' ;;
    esac
}

finish() {
    local code=$?
    [ "$code" -eq 0 ] || echo "script failed" >>"$results/steps"
    printf '\n'
    ci/count_tests.py "$results"
    exit $?
}

rm -rf "$results"
mkdir -p "$results"
trap finish EXIT
trap 'exit 130' INT TERM
if [ "$setup" = yes ]; then
    step setup ci/setup.sh || exit 0 # counted
fi
if [ -z "${CMAKE_C_COMPILER_LAUNCHER:-}" ] && command -v ccache >/dev/null; then
    export CMAKE_C_COMPILER_LAUNCHER=ccache
fi
sanitizer_options
for job in $jobs_wanted; do
    run_job "$job" || true # counted already
done
exit 0
