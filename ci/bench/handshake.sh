#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# handshake.sh [--build DIR] [--rounds N] [--count N] [--seconds N] [--gate RATIO]
#
# Server CPU time of one full TLS handshake (1.2 and 1.3, ECDSA P-256, no resumption): assay-mock
# with all its events written to a file, beside assay-mock without events, openssl s_server, nginx
# (stream) and, with CONNECT, CONNACK and DISCONNECT, mosquitto. All of them run at the same time
# and take turns within each round; what is printed are ratios to assay-mock with events, in the
# same round.
#
# --gate: exit 1 unless s_server and mosquitto cost at least RATIO times as much as assay-mock with
# events (medians, both versions); below 1 it leaves room for a busy machine. Needs openssl;
# mosquitto and nginx are left out where they are not installed.
set -euo pipefail
cd "$(dirname "$0")/../.."

build=
rounds=9
count=60
seconds=45
gate=
while [ $# -gt 0 ]; do
    case $1 in
    --build) build=$2 && shift ;;
    --rounds) rounds=$2 && shift ;;
    --count) count=$2 && shift ;;
    --seconds) seconds=$2 && shift ;;
    --gate) gate=$2 && shift ;;
    *)
        sed -n '3,14s/^# \{0,1\}//p' "$0"
        [ "$1" = --help ] && exit 0
        exit 2
        ;;
    esac
    shift
done
for dir in build/release build/dev; do
    [ -n "$build" ] || [ ! -x "$dir/ci/bench/handshake_load" ] || build=$dir
done
mock=$build/mockserver/mock/assay-mock
load=$build/ci/bench/handshake_load
if [ ! -x "$mock" ] || [ ! -x "$load" ]; then
    echo "handshake.sh: no assay-mock and handshake_load in \"$build\": build preset release" >&2
    exit 2
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/assay-bench-XXXXXX")
pids=()
finish() {
    for pid in "${pids[@]}"; do
        kill "$pid" 2>/dev/null || true
    done
    wait
    rm -rf "$work"
}
trap finish EXIT

# Servers on one CPU, the client on another, where there are two.
server_cpu=()
client_cpu=()
if [ "$(nproc)" -ge 2 ]; then
    server_cpu=(taskset -c 0)
    client_cpu=(taskset -c 1)
fi

servers=()
start() { # NAME PORT COMMAND...: in the background; its output in $work/NAME.log
    local name=$1 port=$2
    shift 2
    "${server_cpu[@]}" "$@" >"$work/$name.log" 2>&1 <&9 &
    pids+=($!)
    servers+=("$name=$port,$!")
}

mkfifo "$work/silence" # an input that never ends: s_server would send it or stop at its end
exec 9<>"$work/silence"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 \
    -subj /CN=broker.bench.test -addext subjectAltName=DNS:broker.bench.test \
    -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
mapfile -t ports < <("$load" --free-ports 5)

start assay-mock "${ports[0]}" "$mock" --port "${ports[0]}" --events "$work/events.jsonl"
mock_pid=${pids[0]}
start "assay-mock without events" "${ports[1]}" "$mock" --port "${ports[1]}" --events none
start s_server "${ports[2]}" openssl s_server -accept "127.0.0.1:${ports[2]}" -quiet \
    -cert "$work/cert.pem" -key "$work/key.pem" -num_tickets 0

stream=$(find /usr/lib/nginx/modules /usr/lib64/nginx/modules -name ngx_stream_module.so \
    2>/dev/null | head -n 1 || true)
if command -v nginx >/dev/null && [ -n "$stream" ]; then
    cat >"$work/nginx.conf" <<CONF
load_module $stream;
daemon off; worker_processes 1; pid $work/nginx.pid; error_log $work/nginx.error;
$([ "$(id -u)" -ne 0 ] || echo "user root;")
events {}
stream {
    server {
        listen 127.0.0.1:${ports[3]} ssl;
        ssl_certificate $work/cert.pem;
        ssl_certificate_key $work/key.pem;
        ssl_protocols TLSv1.2 TLSv1.3;
        ssl_session_cache off;
        ssl_session_tickets off;
        ssl_conf_command NumTickets 0;
        return "";
    }
}
CONF
    start nginx "${ports[3]}" nginx -c "$work/nginx.conf" -e "$work/nginx.error"
fi

servers+=("assay-mock + MQTT=${ports[0]},$mock_pid,mqtt")
if command -v mosquitto >/dev/null; then
    cat >"$work/mosquitto.conf" <<CONF
listener ${ports[4]} 127.0.0.1
certfile $work/cert.pem
keyfile $work/key.pem
allow_anonymous true
set_tcp_nodelay true
persistence false
log_dest none
user $(id -un)
CONF
    start mosquitto "${ports[4]}" mosquitto -c "$work/mosquitto.conf"
    servers[-1]="mosquitto + MQTT=${ports[4]},${pids[-1]},mqtt"
fi

echo "assay-mock: all events, to a file; mosquitto sends two tickets in TLS 1.3, the others none"
"${client_cpu[@]}" "$load" --rounds "$rounds" --count "$count" --seconds "$seconds" \
    "${servers[@]}" | tee "$work/table"
printf 'events written: %s lines, %s\n' "$(wc -l <"$work/events.jsonl")" \
    "$(du -h "$work/events.jsonl" | cut -f 1)"

if [ -n "$gate" ]; then
    # The first three figures of a row are the ratios: min, median, max.
    awk -v least="$gate" '
        / s_server |mosquitto \+/ {
            for (i = 3; i < NF && $i !~ /^[0-9]+\.[0-9]+$/; i++);
            seen++
            if ($(i + 1) < least) { print "too slow beside: " $0; bad = 1 }
        }
        END { exit bad || seen < 2 }' "$work/table"
fi
