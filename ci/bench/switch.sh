#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# switch.sh [--build DIR] [--rounds N]
#
# Another certificate between two connections of a running server: assay-mock that mints one on a
# command at its control socket, beside mosquitto that is given other PEM files and SIGHUP. What
# counts is the time until a client has met the new certificate, and the server's CPU time for it,
# that handshake included. A connection that is open all the while has to stay so.
set -euo pipefail
cd "$(dirname "$0")/../.."

build=
rounds=30
while [ $# -gt 0 ]; do
    case $1 in
    --build) build=$2 && shift ;;
    --rounds) rounds=$2 && shift ;;
    *)
        sed -n '3,8s/^# \{0,1\}//p' "$0"
        [ "$1" = --help ] && exit 0
        exit 2
        ;;
    esac
    shift
done
source ci/bench/servers.sh
bench_begin "$build"

start_mock "assay-mock" "" tls events.jsonl --control "$work/control"
if command -v mosquitto >/dev/null; then
    start_mosquitto "mosquitto" "" tls
fi
"${client_cpu[@]}" python3 -B ci/bench/switch.py "$work" "$rounds" "${servers[@]}"
