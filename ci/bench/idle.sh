#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# idle.sh [--build DIR] [--connections N] [--newcomers N] [--gate RATIO]
#
# Memory of one idle MQTT connection (growth of the broker's PSS) plain, over TLS 1.2 and over
# TLS 1.3, assay-mock with all its events in a file beside mosquitto, one after the other; N of them
# (1000; try 10000) are held, and then newcomers still have to be served: the time from connect(2)
# to the CONNACK, alone and beside the idle ones. Afterwards all descriptors have to be free again.
#
# --gate: exit 1 unless mosquitto's connection takes at least RATIO times the memory, over TLS.
set -euo pipefail
cd "$(dirname "$0")/../.."

build=
connections=1000
newcomers=50
gate=
while [ $# -gt 0 ]; do
    case $1 in
    --build) build=$2 && shift ;;
    --connections) connections=$2 && shift ;;
    --newcomers) newcomers=$2 && shift ;;
    --gate) gate=$2 && shift ;;
    *)
        sed -n '3,10s/^# \{0,1\}//p' "$0"
        [ "$1" = --help ] && exit 0
        exit 2
        ;;
    esac
    shift
done
if [ "$(ulimit -n)" -lt $((connections + 100)) ]; then
    ulimit -n $((connections + 100))
fi
source ci/bench/servers.sh
bench_begin "$build"

# Each has a process of its own: what one transport leaves behind is not the next one's.
for words in plain tls12 tls13; do
    what=tls
    [ "$words" != plain ] || what=plain
    start_mock "assay-mock, $words" ",$words" "$what" "$words.jsonl"
    if command -v mosquitto >/dev/null; then
        start_mosquitto "mosquitto, $words" ",$words" "$what"
    fi
done
"${client_cpu[@]}" "$tools/idle_load" --connections "$connections" --newcomers "$newcomers" \
    "${servers[@]}" | tee "$work/table"

if [ -n "$gate" ]; then
    awk -v least="$gate" '
        /^mosquitto, tls/ {
            seen++
            if ($4 < least) { print "takes more than: " $0; bad = 1 }
        }
        END { exit bad || seen < 2 }' "$work/table"
fi
