#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Sourced by the scripts of this folder: the servers that are compared, started side by side.
#
# After `bench_begin "$build"` there are $work (a folder that is removed at the end), $mock and
# $tools (programs of the build) and ports; each start_... adds "NAME=PORT,PID" and its words to
# $servers, as the load programs take them. Servers run on the first CPU and clients (run with
# "${client_cpu[@]}") on the second, where there are two.
set -euo pipefail

servers=()
pids=()
ports=()
server_cpu=()
client_cpu=()

bench_end() {
    for pid in "${pids[@]}"; do
        kill "$pid" 2>/dev/null || true
    done
    wait
    rm -rf "$work"
}

bench_begin() { # BUILD
    local build=$1
    for dir in build/release build/dev; do
        [ -n "$build" ] || [ ! -x "$dir/ci/bench/handshake_load" ] || build=$dir
    done
    mock=$build/mockserver/mock/assay-mock
    tools=$build/ci/bench
    if [ ! -x "$mock" ] || [ ! -x "$tools/handshake_load" ]; then
        echo "${0##*/}: no assay-mock and load programs in \"$build\": build preset release" >&2
        exit 2
    fi
    if [ "$(nproc)" -ge 2 ]; then
        server_cpu=(taskset -c 0)
        client_cpu=(taskset -c 1)
    fi
    work=$(mktemp -d "${TMPDIR:-/tmp}/assay-bench-XXXXXX")
    trap bench_end EXIT
    trap 'exit 130' INT TERM
    mapfile -t ports < <("$tools/handshake_load" --free-ports 24)
    mkfifo "$work/silence" # an input that never ends: s_server would send it or stop at its end
    exec 9<>"$work/silence"
    # Keys of one store: the mock's own, an identity for clients, a certificate for the others.
    "$tools/credentials_load" --identity "$work"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 \
        -subj /CN=broker.bench.test -addext subjectAltName=DNS:broker.bench.test \
        -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
}

next_port() { # into $port
    port=${ports[0]}
    ports=("${ports[@]:1}")
}

start() { # NAME WORDS COMMAND...: in the background, at $port; its output in a log
    local name=$1 words=$2
    shift 2
    "${server_cpu[@]}" "$@" >"$work/$port.log" 2>&1 <&9 &
    pids+=($!)
    servers+=("$name=$port,$!$words")
}

# WHAT: plain, tls, mutual. EVENTS: the name of a file in $work, or none.
start_mock() { # NAME WORDS WHAT EVENTS [OPTION...]
    local config='{}' name=$1 words=$2 what=$3 events=$4
    shift 4
    case $what in
    plain) config='{"service":"mqtt"}' ;;
    mutual) config='{"tls":{"client_auth":"require"}}' ;;
    esac
    next_port
    echo "$config" >"$work/$port.json"
    [ "$events" = none ] || events=$work/$events
    start "$name" "$words" "$mock" --port "$port" --config "$work/$port.json" \
        --store "$work/store.pem" --events "$events" "$@"
}

start_mosquitto() { # NAME WORDS WHAT
    next_port
    {
        echo "listener $port 127.0.0.1"
        [ "$3" = plain ] || printf '%s\n' "certfile $work/cert.pem" "keyfile $work/key.pem"
        [ "$3" != mutual ] ||
            printf '%s\n' "cafile $work/client-ca.pem" "require_certificate true"
        # With a limit 2.0.11 drops messages of QoS 1 over TLS long before it is reached.
        printf "%s\n" "allow_anonymous true" "set_tcp_nodelay true" "persistence false" \
            "max_queued_messages 0" \
            "log_dest none" "user $(id -un)"
    } >"$work/$port.conf"
    start "$1" "$2" mosquitto -c "$work/$port.conf"
}

# Takes TLS and closes. False: it is not installed, or without its module for streams.
start_nginx() { # NAME WORDS WHAT
    local stream
    stream=$(find /usr/lib/nginx/modules /usr/lib64/nginx/modules -name ngx_stream_module.so \
        2>/dev/null | head -n 1 || true)
    [ -n "$stream" ] && command -v nginx >/dev/null || return 1
    next_port
    cat >"$work/$port.conf" <<CONF
load_module $stream;
daemon off; worker_processes 1; pid $work/$port.pid; error_log $work/$port.error;
$([ "$(id -u)" -ne 0 ] || echo "user root;")
events {}
stream {
    server {
        listen 127.0.0.1:$port ssl;
        ssl_certificate $work/cert.pem;
        ssl_certificate_key $work/key.pem;
        $([ "$3" != mutual ] ||
        echo "ssl_client_certificate $work/client-ca.pem; ssl_verify_client on;")
        ssl_protocols TLSv1.2 TLSv1.3;
        ssl_session_cache off;
        ssl_session_tickets off;
        ssl_conf_command NumTickets 0;
        return "";
    }
}
CONF
    start "$1" "$2" nginx -c "$work/$port.conf" -e "$work/$port.error"
}

start_s_server() { # NAME WORDS
    next_port
    start "$1" "$2" openssl s_server -accept "127.0.0.1:$port" -quiet \
        -cert "$work/cert.pem" -key "$work/key.pem" -num_tickets 0
}

# Events of a kind in a file of $work.
count_events() { # KIND FILE
    grep -c "\"ev\":\"$1\"" "$work/$2" || true
}
