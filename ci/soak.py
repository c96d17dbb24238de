#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""soak.sh [MINUTES] [--build DIR] [--cycles N] [--seed N] [--pause SECONDS]

Three brokers (assay-mock: mqtts, mqtt, ws) with faults on, for MINUTES (60) or N cycles. In each
cycle every kind of client comes once: good ones over all transports, mosquitto_pub and _sub, such
as abort, such as send malformed packets, slow ones, and a subscriber that never reads. When all are
gone, memory (anonymous PSS) and descriptors of each broker are taken.

Exit 1 when a broker ended, when its memory grew (the median of the last third of the cycles over
that of the middle one, more than 256 kB and 3 percent), when descriptors stay open, when a
connection has not exactly one net.open and one net.close, or when a message that was acknowledged
has no event.
"""
import argparse
import json
import os
import random
import shutil
import signal
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from soak_clients import KINDS, TOOLS, Ended, mosquitto_clients

FAULTS = [
    "withhold PUBACK chance=4 seed=1", "delay SUBACK by=150 chance=20 seed=2",
    "reorder PUBACK chance=5 seed=3", "duplicate PUBLISH chance=10 seed=4",
    "corrupt PUBLISH chance=5 seed=5", "shorten SUBACK by=1 chance=3 seed=6",
    "close CONNACK at=2 chance=3 seed=7", "code CONNACK reason=3 chance=3 seed=8",
    "flood SUBACK by=20 topic=soak/flood chance=10 seed=9", "ignore SUBSCRIBE chance=3 seed=10",
    "disconnect PUBLISH chance=2 seed=11",
]
NET = {"mqtts": {}, "mqtt": {"chunk_tx": 700}, "ws": {"chunk_tx": 5}}
QUIET_S = 10
GROWTH_BYTES = 256 * 1024
GROWTH = 1.03
LEAST_FOR_GROWTH = 30
RECONNECTS = 8


class Broker:
    """One assay-mock, and what its events say."""

    def __init__(self, mock, name, work):
        self.name = name
        self.root = os.path.join(work, f"{name}-root.pem")
        config = os.path.join(work, f"{name}.json")
        with open(config, "w", encoding="utf-8") as file:
            json.dump({"service": name, "mqtt": {"faults": FAULTS}, "net": NET[name]}, file)
        self.process = subprocess.Popen([mock, "--config", config, "--root-out", self.root,
                                         "--events", "-"], stdout=subprocess.PIPE)
        self.lock = threading.Lock()
        self.port = None
        self.made = 0
        self.programs = 0  # may connect again when a fault ended it, or not at all
        self.opened, self.closed, self.doubtful = set(), set(), []
        self.events = 0
        self.seen = set()
        self.samples = []
        self.reader = threading.Thread(target=self.read_events)
        self.reader.start()
        while self.port is None and self.process.poll() is None:
            time.sleep(0.01)  # style-ok: banned-call the ready line comes over the pipe

    def count_connection(self, program=False):
        with self.lock:
            self.made += not program
            self.programs += program

    def read_events(self):
        for text in self.process.stdout:
            event = json.loads(text)
            if event.get("ready"):
                self.port = event["port"]
                continue
            self.events += 1
            kind, number = event["ev"], event.get("conn", 0)
            if kind == "net.open":
                self.note(self.opened, number, "opened twice")
            elif kind == "net.close":
                self.note(self.closed, number, "closed twice")
            elif kind == "service.error":
                self.doubtful.append(text.decode().strip())
            elif kind == "mqtt.publish" and event["payload"]["hex"].startswith(b"soak-".hex()):
                self.seen.add(bytes.fromhex(event["payload"]["hex"]))

    def note(self, numbers, number, what):
        if number in numbers:
            self.doubtful.append(f"connection {number} {what}")
        numbers.add(number)

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def memory(self):
        with open(f"/proc/{self.process.pid}/smaps_rollup", encoding="ascii") as file:
            # Not "Pss:": pages of libraries are divided among whoever else runs at the moment.
            return next(int(line.split()[1]) * 1024 for line in file
                        if line.startswith("Pss_Anon:"))

    def wait_until_quiet(self, descriptors):
        end = time.monotonic() + QUIET_S
        while self.descriptors() > descriptors and time.monotonic() < end:
            time.sleep(0.05)  # style-ok: banned-call another process's descriptors
        return self.descriptors() <= descriptors

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(QUIET_S)
        self.reader.join()
        return code


class Run:
    """What the clients share."""

    def __init__(self, brokers, seed):
        self.brokers = brokers
        self.random = random.Random(seed)
        self.lock = threading.Lock()
        self.payloads = 0
        self.owed = {}  # acknowledged payload -> client
        self.outcomes = {}

    def next_payload(self, client):
        with self.lock:
            self.payloads += 1
            return f"soak-{client}-{self.payloads}".encode()

    def acknowledged(self, payload):
        with self.lock:
            self.owed[payload] = True

    def one(self, kind):
        try:
            kind(self)
            outcome = "done"
        except (Ended, socket.timeout, ConnectionError, BrokenPipeError, ssl.SSLError):
            outcome = "ended by a fault"
        except Exception as error:  # pylint: disable=broad-except
            outcome = f"failed: {error!r}"
        with self.lock:
            key = (kind.__name__, outcome)
            self.outcomes[key] = self.outcomes.get(key, 0) + 1

    def cycle(self, kinds):
        threads = [threading.Thread(target=self.one, args=(kind,)) for kind in kinds]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def settle_events(self):
        """Messages whose event came are no longer owed; neither is kept, the run may be long."""
        for broker in self.brokers.values():
            for payload in list(broker.seen):
                broker.seen.discard(payload)
                self.owed.pop(payload, None)


def grown(samples):
    """(from, to) in bytes when it grew. The first third is for warming up."""
    third = len(samples) // 3
    if len(samples) < LEAST_FOR_GROWTH:
        return None
    middle = statistics.median(samples[third:2 * third])
    last = statistics.median(samples[2 * third:])
    return (middle, last) if last > middle * GROWTH and last > middle + GROWTH_BYTES else None


def findings_of(broker, code):
    """What is wrong with a broker that was stopped."""
    found = list(broker.doubtful[:5])
    if code != 0:
        found.append(f"ended with {code}")
    if broker.opened != broker.closed:
        found.append(f"{len(broker.opened ^ broker.closed)} connections without open or close")
    if broker.opened and max(broker.opened) != len(broker.opened):
        found.append(f"{max(broker.opened)} connections by number, {len(broker.opened)} events")
    if not broker.made <= len(broker.opened) <= broker.made + RECONNECTS * broker.programs:
        found.append(f"clients opened {broker.made}, events say {len(broker.opened)}")
    growth = grown([memory for memory, _ in broker.samples])
    if growth:
        found.append(f"memory grew from {growth[0] / 1024:.0f} to {growth[1] / 1024:.0f} kB")
    return [f"{broker.name}: {text}" for text in found]


def print_state(run, cycle, started):
    parts = [f"{b.name} {b.samples[-1][0] / 1024:.0f} kB {b.samples[-1][1]} fds "
             f"{len(b.opened)} conns {b.events} events" for b in run.brokers.values()]
    print(f"{(time.monotonic() - started) / 60:5.1f} min, cycle {cycle}: " + "; ".join(parts),
          flush=True)


def soak(run, options, kinds):
    """Cycles until the time is up. Returns findings."""
    started = last_said = time.monotonic()
    fresh = {name: broker.descriptors() for name, broker in run.brokers.items()}
    found, cycle = [], 0
    while not found and (cycle < options.cycles if options.cycles
                         else time.monotonic() < started + options.minutes * 60):
        run.cycle(kinds)
        cycle += 1
        for name, broker in run.brokers.items():
            if broker.process.poll() is not None:
                found.append(f"{name}: ended with {broker.process.returncode} in cycle {cycle}")
            elif not broker.wait_until_quiet(fresh[name]):
                found.append(f"{name}: {broker.descriptors()} descriptors after cycle {cycle}, "
                             f"{fresh[name]} at first")
            else:
                broker.samples.append((broker.memory(), broker.descriptors()))
        run.settle_events()
        if not found and time.monotonic() > last_said + 60:
            last_said = time.monotonic()
            print_state(run, cycle, started)
        time.sleep(options.pause)  # style-ok: banned-call low load on purpose
    if not found:
        print_state(run, cycle, started)
    return found


def parse():
    parser = argparse.ArgumentParser(prog="soak.sh", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("minutes", nargs="?", type=float, default=60)
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--cycles", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pause", type=float, default=1.0)
    return parser.parse_args()


def main():
    options = parse()
    mock = os.path.join(options.build, "mockserver/mock/assay-mock")
    if not os.path.exists(mock):
        sys.exit(f"soak.sh: no {mock}: build preset release, or say --build")
    kinds = KINDS if all(map(shutil.which, TOOLS)) else \
        tuple(kind for kind in KINDS if kind is not mosquitto_clients)
    with tempfile.TemporaryDirectory() as work:
        run = Run({name: Broker(mock, name, work) for name in NET}, options.seed)
        try:
            found = soak(run, options, kinds)
        finally:
            codes = {name: broker.stop() for name, broker in run.brokers.items()}
    run.settle_events()
    for name, broker in run.brokers.items():
        found += findings_of(broker, codes[name])
        memory = [m for m, _ in broker.samples]
        print(f"{name}: {len(broker.opened)} connections, {broker.events} events; memory "
              f"{memory[0] / 1024:.0f} kB after the first cycle, {max(memory) / 1024:.0f} at most, "
              f"{memory[-1] / 1024:.0f} at the end")
    if run.owed:
        found.append(f"{len(run.owed)} acknowledged messages without an event: "
                     f"{sorted(run.owed)[:3]}")
    for (kind, outcome), count in sorted(run.outcomes.items()):
        print(f"  {kind}: {outcome} {count}")
        if outcome.startswith("failed"):
            found.append(f"{kind} {outcome}")
    print(f"{run.payloads} messages with a number, {len(run.owed)} of those acknowledged unseen")
    for text in found:
        print("FOUND:", text)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
