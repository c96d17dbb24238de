#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# handshake.sh [--build DIR] [--rounds N] [--count N] [--seconds N] [--gate RATIO]
#
# Server CPU time of one full TLS handshake (1.2 and 1.3, ECDSA P-256, no resumption; without and
# with a client certificate): assay-mock with all its events written to a file, beside assay-mock
# without events, openssl s_server, nginx (stream) and, with CONNECT, CONNACK and DISCONNECT,
# mosquitto; and the time from connect(2) to the CONNACK, plain too. All of them run at the same
# time and take turns within each round; what is printed are ratios to assay-mock with events, in
# the same round. The last column counts connections that took 35 to 45 ms: those met Nagle's delay.
#
# --gate: exit 1 unless s_server and mosquitto cost at least RATIO times as much as assay-mock with
# events (medians, both versions, no client certificate), and no more than 2 percent of assay-mock's
# connections took as long as Nagle's delay; below 1 it leaves room for a busy machine. Needs
# openssl; mosquitto and nginx are left out where they are not installed.
set -euo pipefail
cd "$(dirname "$0")/../.."

build=
rounds=9
count=60
seconds=90
gate=
while [ $# -gt 0 ]; do
    case $1 in
    --build) build=$2 && shift ;;
    --rounds) rounds=$2 && shift ;;
    --count) count=$2 && shift ;;
    --seconds) seconds=$2 && shift ;;
    --gate) gate=$2 && shift ;;
    *)
        sed -n '3,16s/^# \{0,1\}//p' "$0"
        [ "$1" = --help ] && exit 0
        exit 2
        ;;
    esac
    shift
done
source ci/bench/servers.sh
bench_begin "$build"

start_mock "assay-mock" "" tls events.jsonl
start_mock "assay-mock without events" "" tls none
start_s_server "s_server" ""
start_nginx "nginx" "" tls || true
start_mock "assay-mock" ,mutual mutual mutual.jsonl
start_mock "assay-mock without events" ,mutual mutual none
start_nginx "nginx" ,mutual mutual || true
start_mock "assay-mock + MQTT" ,mqtt,plain plain plain.jsonl
start_mock "assay-mock + MQTT" ,mqtt tls mqtt.jsonl
start_mock "assay-mock + MQTT" ,mqtt,mutual mutual mqtt-mutual.jsonl
if command -v mosquitto >/dev/null; then
    start_mosquitto "mosquitto + MQTT" ,mqtt,plain plain
    start_mosquitto "mosquitto + MQTT" ,mqtt tls
    start_mosquitto "mosquitto + MQTT" ,mqtt,mutual mutual
fi

echo "assay-mock: all events, to a file; mosquitto sends two tickets in TLS 1.3, the others none"
"${client_cpu[@]}" "$tools/handshake_load" --rounds "$rounds" --count "$count" \
    --seconds "$seconds" --cert "$work/client.pem" --key "$work/client-key.pem" \
    "${servers[@]}" | tee "$work/table"
printf 'events written: %s lines, %s\n' "$(wc -l <"$work/events.jsonl")" \
    "$(du -h "$work/events.jsonl" | cut -f 1)"

if [ -n "$gate" ]; then
    # The first three figures of a row are the ratios: min, median, max.
    awk -v least="$gate" '
        /^[0-9]+ rounds of/ { connections = $1 * $4 }
        /assay-mock/ && $NF ~ /^[0-9]+$/ && $NF > connections / 50 {
            print "met the delay of Nagle: " $0; bad = 1
        }
        /^TLS 1.[23] +(s_server|mosquitto \+)/ {
            for (i = 3; i < NF && $i !~ /^[0-9]+\.[0-9]+$/; i++);
            seen++
            if ($(i + 1) < least) { print "too slow beside: " $0; bad = 1 }
        }
        END { exit bad || seen < 2 }' "$work/table"
fi
