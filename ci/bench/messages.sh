#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# messages.sh [--build DIR] [--rounds N] [--messages N] [--seconds N] [--payload BYTES]
#             [--only ROW] [--gate RATIO]
#
# Broker CPU time of one message and messages a second: QoS 0, QoS 0 to a subscriber, QoS 1, QoS 1
# to a subscriber of QoS 1, and QoS 1 one at a time; plain and over TLS 1.3; assay-mock with every
# packet, message and byte an event in a file, beside assay-mock without events and mosquitto. They
# run at the same time and take turns within each round; ratios are to assay-mock with events. The
# events are counted: a message without one fails the run.
#
# --gate: exit 1 unless mosquitto costs at least RATIO times as much in the median of each row.
set -euo pipefail
cd "$(dirname "$0")/../.."

build=
rounds=9
messages=10000
seconds=90
payload=64
gate=
only=()
while [ $# -gt 0 ]; do
    case $1 in
    --build) build=$2 && shift ;;
    --rounds) rounds=$2 && shift ;;
    --messages) messages=$2 && shift ;;
    --seconds) seconds=$2 && shift ;;
    --payload) payload=$2 && shift ;;
    --only) only=(--only "$2") && shift ;;
    --gate) gate=$2 && shift ;;
    *)
        sed -n '3,12s/^# \{0,1\}//p' "$0"
        [ "$1" = --help ] && exit 0
        exit 2
        ;;
    esac
    shift
done
source ci/bench/servers.sh
bench_begin "$build"

start_mock "assay-mock" "" plain plain.jsonl
plain_port=$port
start_mock "assay-mock" ,tls tls tls.jsonl
tls_port=$port
start_mock "assay-mock without events" "" plain none
start_mock "assay-mock without events" ,tls tls none
if command -v mosquitto >/dev/null; then
    start_mosquitto "mosquitto" "" plain
    start_mosquitto "mosquitto" ,tls tls
fi

"${client_cpu[@]}" "$tools/message_load" --rounds "$rounds" --messages "$messages" \
    --seconds "$seconds" --payload "$payload" "${only[@]}" "${servers[@]}" >"$work/table"
grep -v '^published' "$work/table"

# Stopped, so that the last events are in the files.
kill "${pids[0]}" "${pids[1]}"
wait "${pids[0]}" "${pids[1]}"
check() { # PORT FILE
    local sent seen
    sent=$(sed -n "s/^published to port $1: //p" "$work/table")
    seen=$(count_events mqtt.publish "$2")
    printf '%s: %s messages published, %s events of them, %s\n' "${2%.jsonl}" "$sent" "$seen" \
        "$(du -h "$work/$2" | cut -f 1)"
    [ "$sent" -eq "$seen" ]
}
check "$plain_port" plain.jsonl
check "$tls_port" tls.jsonl

if [ -n "$gate" ]; then
    awk -v least="$gate" '
        / mosquitto / {
            for (i = 3; i < NF && $i !~ /^[0-9]+\.[0-9]+$/; i++);
            seen++
            if ($(i + 1) < least) { print "too slow beside: " $0; bad = 1 }
        }
        END { exit bad || seen < 2 }' "$work/table"
fi
