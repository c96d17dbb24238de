#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""flash.py --build DIR [--rounds N] [--size BYTES] [--gate] [--verbose]

What a flash costs: assay's own drivers beside stm32flash and bossac, on the same emulated board
(QEMU's UART, the real boot loader) with the same image, each writing an empty board, verifying and
starting the application. Prints seconds (median) and bytes on the wire, and their ratios.

Programs take turns, so that a busy machine is as bad for all of them. With --gate it fails unless
assay is at most as slow as the tool, and sends no more bytes. The bytes are counted by a pty
between program and board, in a round of its own.
"""
import argparse
import os
import random
import select
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import tty

LINKED_TO = 0x21000000
LIMIT_S = 150


class Board:
    """An emulated board without an application."""

    def __init__(self, build, folder):
        self.flash = os.path.join(folder, "flash.bin")
        if os.path.exists(self.flash):
            os.unlink(self.flash)
        self.process = subprocess.Popen(
            [os.path.join(build, "boards/virtual/assay-emulator"),
             "--loader", os.path.join(build, "firmware/loader.elf"), "--flash", self.flash,
             "--network", "none", "--nice", "0", "--hold"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = self.process.stdout.readline().split()[-1]
        self.wait_for_loader()

    def wait_for_loader(self):
        """Until it answers '?': not every tool waits for a board that still starts."""
        line = os.open(self.port, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(line)
        heard = b""
        until = time.monotonic() + LIMIT_S
        while b"assay-loader" not in heard or not heard.endswith(b"\n"):
            if time.monotonic() > until:
                sys.exit("the emulated board does not start")
            os.write(line, b"?")
            while select.select([line], [], [], 0.2)[0]:
                heard += os.read(line, 4096)
        os.close(line)

    def holds(self, image):
        with open(self.flash, "rb") as flash, open(image, "rb") as wanted:
            want = wanted.read()
            return flash.read(len(want)) == want

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Counter:
    """A pty that passes bytes on to another one, and counts them."""

    def __init__(self, port):
        self.master, self.slave = os.openpty()
        tty.setraw(self.slave)
        self.port = os.ttyname(self.slave)
        self.board = os.open(port, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(self.board)
        self.sent = self.received = 0

    def turn(self):
        ready, _, _ = select.select([self.master, self.board], [], [], 0.05)
        for source in ready:
            data = os.read(source, 4096)
            if source == self.master:
                self.sent += len(data)
                os.write(self.board, data)
            else:
                self.received += len(data)
                os.write(self.master, data)

    def close(self):
        for fd in (self.master, self.slave, self.board):
            os.close(fd)


def make_image(build, folder, size):
    path = os.path.join(folder, "app.bin")
    data = bytearray(random.Random(1).randbytes(size // 4 * 4))
    data[0:8] = struct.pack("<II", 0x20010000, LINKED_TO + 0x41)
    with open(path, "wb") as image:
        image.write(data)
    subprocess.run([loader(build), "--seal", path], check=True)
    return path


def loader(build):
    return os.path.join(build, "boards/emulated/loader/assay-board-loader")


def commands(build, folder, image):
    """name: (what it is compared with, its command line for a port)"""
    def assay(driver, settings):
        path = os.path.join(folder, driver + ".yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"id: bench/{driver}\ndriver: process\nprocess: {{command: [\"true\"]}}\n"
                       f"flash: {{driver: {driver}, {settings}}}\n")
        program = os.path.join(build, "harness/cli/assay")
        return lambda port: [program, "flash", path, image, "--port", port, "--force", "-q",
                             "--bench-dir", folder]
    return {
        "assay stm32": (None, assay("stm32", "chip: emulated-m3")),
        "stm32flash": ("assay stm32", lambda port: [
            "stm32flash", "-b", "115200", "-m", "8n1", "-w", image, "-v", "-g", "0x08000000",
            port]),
        "assay samba": (None, assay("samba", "chip: emulated-m3-samba, link: uart")),
        "bossac": ("assay samba", lambda port: [
            "bossac", "-p", port, "-i", "-e", "-w", "-v", "-o", "0x2000", "-R", image]),
    }


def flash(build, folder, argv_for, image, count):
    """Seconds, and bytes to and from the board where they are counted."""
    board = Board(build, folder)
    counter = Counter(board.port) if count else None
    try:
        begun = time.monotonic()
        process = subprocess.Popen(argv_for(counter.port if counter else board.port),
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        while counter and process.poll() is None:
            counter.turn()
            if time.monotonic() - begun > LIMIT_S:
                process.kill()
        output, _ = process.communicate(timeout=LIMIT_S)
        seconds = time.monotonic() - begun
        if process.returncode != 0 or not board.holds(image):
            sys.exit(f"{argv_for('PORT')[0]} failed ({process.returncode}):\n"
                     + output.decode(errors="replace")[-1500:])
        return seconds, (counter.sent, counter.received) if counter else None
    finally:
        if counter:
            counter.close()
        board.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--build", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--size", type=int, default=60000)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--gate", action="store_true")
    options = parser.parse_args()
    missing = [p for p in ("stm32flash", "bossac", "qemu-system-arm") if not shutil.which(p)]
    if missing:
        sys.exit("missing: " + ", ".join(missing) + " (ci/setup.sh bench)")
    failed = False
    with tempfile.TemporaryDirectory(prefix="assay-bench-") as folder:
        image = make_image(options.build, folder, options.size)
        rows = commands(options.build, folder, image)
        seconds = {name: [] for name in rows}
        wire = {}
        for number in range(options.rounds + 1):
            for name, (_, argv_for) in rows.items():
                took, counted = flash(options.build, folder, argv_for, image, number == 0)
                if counted:
                    wire[name] = counted
                else:
                    seconds[name].append(took)
                if options.verbose:
                    print(f"{name}: {took:.2f} s", counted or "", flush=True)
        print(f"{options.size} bytes, {options.rounds} rounds, median")
        for name in rows:
            print(f"{name:12} {statistics.median(seconds[name]):6.2f} s   "
                  f"{wire[name][0]:7} bytes to the board, {wire[name][1]:7} from it")
        for name, (ours, _) in rows.items():
            if ours is None:
                continue
            slow = statistics.median(seconds[ours]) / statistics.median(seconds[name])
            heavy = sum(wire[ours]) / sum(wire[name])
            failed |= slow > 1 or heavy > 1
            print(f"{ours} / {name}: time {slow:.2f}, bytes {heavy:.2f}")
    return 1 if failed and options.gate else 0


if __name__ == "__main__":
    sys.exit(main())
