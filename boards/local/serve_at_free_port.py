#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""serve_at_free_port.py [--template FILE NAME=VALUE...] -- PROGRAM ARGUMENTS...

Starts a server that cannot say which port it took: finds a free one, puts it where an argument has
@PORT@, waits until the server takes connections there, and says "listening at N". With --template
FILE is copied into the working directory, with @PORT@, and @NAME@ as given, replaced.
"""
import os
import select
import socket
import subprocess
import sys


def free_port():
    with socket.socket() as probe:
        probe.bind(("0.0.0.0", 0))
        return probe.getsockname()[1]


def takes_connections(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


def fill(text, values):
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


def main(words):
    at = words.index("--")
    head, command = words[:at], words[at + 1:]
    port = free_port()
    values = {"PORT": str(port)}
    if head:
        values.update(pair.split("=", 1) for pair in head[2:])
        with open(head[1], encoding="utf-8") as template:
            text = fill(template.read(), values)
        with open(os.path.basename(head[1]), "w", encoding="utf-8") as made:
            made.write(text)
    child = subprocess.Popen([fill(word, values) for word in command])
    while child.poll() is None and not takes_connections(port):
        select.select([], [], [], 0.02)  # libfaketime spoils time.sleep()
    if child.poll() is None:
        print(f"listening at {port}", flush=True)
    return child.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
