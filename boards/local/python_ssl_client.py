#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""python_ssl_client.py HOST PORT CA_FILE CLIENT USER PASSWORD TOPIC PAYLOAD [OPTION...]

One QoS 1 publish over MQTT 3.1.1 with Python's own ssl module, used as its documentation says:
ssl.create_default_context() and wrap_socket(server_hostname=...). --insecure does what the answers
on the net say: check_hostname = False, verify_mode = CERT_NONE. --cert and --key: an identity;
--alpn: a protocol to offer.
"""
import argparse
import socket
import ssl
import sys

TIMEOUT_S = 6
CONNACK, PUBACK = b"\x20\x02\x00\x00", b"\x40\x02\x00\x01"


def text(value):
    data = value.encode()
    return len(data).to_bytes(2, "big") + data


def packet(first, body):
    length, left = b"", len(body)
    while True:
        length += bytes([left % 128 | (128 if left > 127 else 0)])
        left //= 128
        if left == 0:
            return bytes([first]) + length + body


def connect_packet(client, user, password):
    flags = 0x02 | (0x80 if user or password else 0) | (0x40 if password else 0)
    body = text("MQTT") + bytes([4, flags, 0, 60]) + text(client)
    body += text(user) if user or password else b""
    body += text(password) if password else b""
    return packet(0x10, body)


def context_for(options):
    context = ssl.create_default_context(cafile=options.ca_file)
    if options.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if options.cert:
        context.load_cert_chain(options.cert, options.key)
    if options.alpn:
        context.set_alpn_protocols([options.alpn])
    return context


def expect(tls, wanted):
    got = b""
    while len(got) < len(wanted):
        more = tls.recv(len(wanted) - len(got))
        if not more:
            raise ConnectionError("the server closed the connection")
        got += more
    if got != wanted:
        raise ConnectionError(f"the server answered {got.hex()}")


def read_options(arguments):
    parser = argparse.ArgumentParser()
    for name in ("host", "port", "ca_file", "client", "user", "password", "topic", "payload"):
        parser.add_argument(name)
    for name in ("--cert", "--key", "--alpn"):
        parser.add_argument(name)
    parser.add_argument("--insecure", action="store_true")
    return parser.parse_args(arguments)


def main(arguments):
    o = read_options(arguments)
    context = context_for(o)
    with socket.create_connection((o.host, int(o.port)), TIMEOUT_S) as tcp:
        with context.wrap_socket(tcp, server_hostname=o.host) as tls:
            tls.sendall(connect_packet(o.client, o.user, o.password))
            expect(tls, CONNACK)
            tls.sendall(packet(0x32, text(o.topic) + b"\x00\x01" + o.payload.encode()))
            expect(tls, PUBACK)
            tls.sendall(b"\xe0\x00")
            tls.unwrap()


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (OSError, ValueError) as error:
        sys.exit(f"{type(error).__name__}: {error}")
