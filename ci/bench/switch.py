#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""switch.py WORK ROUNDS SERVER...: the clients of switch.sh; SERVER is NAME=PORT,PID."""
import json
import os
import shutil
import signal
import socket
import ssl
import statistics
import subprocess
import sys
import time

PATIENCE_S = 10
CONNECT = bytes.fromhex("100e00044d5154540402000000026964")  # client identifier "id"
PINGREQ, PINGRESP = b"\xc0\0", b"\xd0\0"


def tls(port):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(socket.create_connection(("127.0.0.1", port), PATIENCE_S))


def served(port):
    with tls(port) as line:
        return line.getpeercert(binary_form=True)


def cpu_s(pid):
    with open(f"/proc/{pid}/schedstat", encoding="ascii") as file:
        return int(file.read().split()[0]) / 1e9


class Mock:
    """Mints a certificate when it is told to."""

    def __init__(self, work, _):
        self.control = socket.socket(socket.AF_UNIX)
        self.control.settimeout(PATIENCE_S)
        self.control.connect(os.path.join(work, "control"))
        self.replies = self.control.makefile("r")

    def prepare(self):
        pass

    def switch(self):
        self.control.sendall(b'{"do":"renew"}\n')
        reply = json.loads(self.replies.readline())
        if not reply["ok"]:
            sys.exit(f"switch.py: {reply['error']}")


class Mosquitto:
    """Is given another certificate and key beforehand, and loads them when it is told to."""

    def __init__(self, work, pid):
        self.work, self.pid = work, pid

    def prepare(self):
        new = os.path.join(self.work, "new.pem")
        key = os.path.join(self.work, "new-key.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj",
                        "/CN=broker.bench.test", "-keyout", key, "-out", new],
                       check=True, stderr=subprocess.DEVNULL)
        shutil.move(new, os.path.join(self.work, "cert.pem"))
        shutil.move(key, os.path.join(self.work, "key.pem"))

    def switch(self):
        os.kill(self.pid, signal.SIGHUP)


def one(driver, port, pid):
    """Seconds until a client met another certificate, CPU seconds of the server until then."""
    old = served(port)
    driver.prepare()
    time.sleep(0.05)  # style-ok: banned-call the server is done with that client
    before, begin = cpu_s(pid), time.perf_counter()
    driver.switch()
    while served(port) == old:
        if time.perf_counter() - begin > PATIENCE_S:
            sys.exit("switch.py: the old certificate is served for ever")
    wall = time.perf_counter() - begin
    time.sleep(0.05)  # style-ok: banned-call as above
    return wall, cpu_s(pid) - before


def wait_for(port):
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            return tls(port)
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)  # style-ok: banned-call it was started a moment ago


def main():
    work, rounds = sys.argv[1], int(sys.argv[2])
    servers = []
    for text in sys.argv[3:]:
        name, where = text.rsplit("=", 1)
        port, pid = map(int, where.split(","))
        open_all_the_while = wait_for(port)
        open_all_the_while.sendall(CONNECT)
        open_all_the_while.recv(4)
        driver = (Mock if name.startswith("assay") else Mosquitto)(work, pid)
        servers.append((name, port, pid, driver, open_all_the_while, []))
    for number in range(rounds):
        for i in range(len(servers)):
            _, port, pid, driver, _, figures = servers[(i + number) % len(servers)]
            figures.append(one(driver, port, pid))
    base = servers[0][5]
    print(f"{rounds} certificates each; until a client has met it, its handshake included\n"
          f"{'':12} {'ms':>14}   {'CPU us':>15}   ratio, CPU\n"
          f"{'':12} {'median':>7} {'max':>6}   {'min':>7} {'median':>7}   min  median")
    for name, _, _, _, line, figures in servers:
        line.sendall(PINGREQ)
        if line.recv(2) != PINGRESP:
            sys.exit(f"switch.py: {name} has ended the connection that was open")
        wall = [w * 1e3 for w, _ in figures]
        cpu = [c * 1e6 for _, c in figures]
        ratios = [c / b for (_, c), (_, b) in zip(figures, base)]
        print(f"{name:12} {statistics.median(wall):7.2f} {max(wall):6.1f}   {min(cpu):7.0f} "
              f"{statistics.median(cpu):7.0f}  {min(ratios):5.2f} "
              f"{statistics.median(ratios):7.2f}")


if __name__ == "__main__":
    main()
