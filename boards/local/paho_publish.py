#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""paho_publish.py HOST PORT CA_FILE CLIENT USER PASSWORD TOPIC PAYLOAD [OPTION...]

One QoS 1 publish with Eclipse paho for Python over WebSocket (transport="websockets"), as its
documentation shows it. --insecure does what the answers on the net say: tls_insecure_set(True) and
cert_reqs=CERT_NONE. --cert and --key: an identity.
"""
import argparse
import ssl
import sys
import time

import paho.mqtt.client as mqtt

TIMEOUT_S = 6


def read_options(arguments):
    parser = argparse.ArgumentParser()
    for name in ("host", "port", "ca_file", "client", "user", "password", "topic", "payload"):
        parser.add_argument(name)
    for name in ("--cert", "--key"):
        parser.add_argument(name)
    parser.add_argument("--insecure", action="store_true")
    return parser.parse_args(arguments)


def make_client(o):
    client = mqtt.Client(o.client, transport="websockets")
    client.username_pw_set(o.user, o.password)
    client.tls_set(None if o.insecure else o.ca_file, o.cert, o.key,
                   cert_reqs=ssl.CERT_NONE if o.insecure else ssl.CERT_REQUIRED)
    client.tls_insecure_set(o.insecure)
    return client


def main(arguments):
    o = read_options(arguments)
    client = make_client(o)
    seen = {}
    client.on_connect = lambda _client, _data, _flags, code: seen.setdefault("connect", code)
    client.on_publish = lambda _client, _data, _id: seen.setdefault("publish", True)
    client.on_disconnect = lambda _client, _data, code: seen.setdefault("disconnect", code)
    client.connect(o.host, int(o.port))
    end = time.monotonic() + TIMEOUT_S

    def wait_for(what):
        while what not in seen:
            if "disconnect" in seen:
                raise ConnectionError(mqtt.error_string(seen["disconnect"]))
            if time.monotonic() >= end:
                raise TimeoutError("the server is silent")
            client.loop(0.1)
        return seen[what]

    code = wait_for("connect")
    if code != 0:
        raise ConnectionError(mqtt.connack_string(code))
    client.publish(o.topic, o.payload, 1)
    wait_for("publish")
    client.disconnect()


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (OSError, ValueError, mqtt.WebsocketConnectionError) as error:
        sys.exit(f"{type(error).__name__}: {error}")
