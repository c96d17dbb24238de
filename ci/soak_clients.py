# SPDX-License-Identifier: Apache-2.0
"""Clients of soak.py: good, rude, broken and slow ones. Each is a row of KINDS."""
import base64
import contextlib
import os
import socket
import ssl
import struct
import subprocess

PATIENCE_S = 4
TOOLS = ("mosquitto_pub", "mosquitto_sub")


def mqtt_text(text):
    data = text.encode()
    return struct.pack(">H", len(data)) + data


def packet(first, body):
    """A packet with its remaining length."""
    length, left = b"", len(body)
    while True:
        left, digit = divmod(left, 128)
        length += bytes([digit | (0x80 if left else 0)])
        if not left:
            return bytes([first]) + length + body


def connect(client_id, clean=True, level=4):
    body = mqtt_text("MQTT") + bytes([level, 2 if clean else 0]) + struct.pack(">H", 30)
    if level == 5:
        body += b"\x05\x11\0\0\0\x3c"  # the session is kept for a minute
    return packet(0x10, body + mqtt_text(client_id))


def publish(topic, payload, qos=0, packet_id=1, level=4):
    body = mqtt_text(topic) + (struct.pack(">H", packet_id) if qos else b"")
    return packet(0x30 | qos << 1, body + (b"\0" if level == 5 else b"") + payload)


def subscribe(topic, qos=1, level=4):
    body = struct.pack(">H", 9) + (b"\0" if level == 5 else b"") + mqtt_text(topic)
    return packet(0x82, body + bytes([qos]))


DISCONNECT = packet(0xe0, b"")


class Ended(Exception):
    """The broker ended it, as faults make it do; or a fault made it silent."""


class Line:
    """A connection to one of the brokers, counted, and closed by `with`."""

    def __init__(self, broker, receive_buffer=0):
        self.sock = socket.socket()
        self.pending = b""
        if receive_buffer:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.sock.settimeout(PATIENCE_S)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.connect(("127.0.0.1", broker.port))
        broker.count_connection()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()

    def secure(self, version=None):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        if version:
            context.minimum_version = context.maximum_version = version
        self.sock = context.wrap_socket(self.sock)

    def send(self, data):
        self.sock.sendall(data)

    def read(self, size):
        while len(self.pending) < size:
            more = self.sock.recv(65536)
            if not more:
                raise Ended
            self.pending += more
        data, self.pending = self.pending[:size], self.pending[size:]
        return data

    def read_packet(self):
        first, length, shift = self.read(1)[0], 0, 0
        while True:
            digit = self.read(1)[0]
            length |= (digit & 0x7f) << shift
            shift += 7
            if digit < 0x80:
                return first, self.read(length)
            if shift > 21:
                raise Ended  # a fault broke it

    def wait_for(self, kind):
        """The body of the next packet of a kind; others are passed over, messages acknowledged: a
        session that is kept would have one more to wait for each time."""
        for _ in range(500):
            first, body = self.read_packet()
            if first >> 4 == kind:
                return body
            if first & 0xf6 == 0x32:  # PUBLISH of QoS 1
                behind_topic = 2 + struct.unpack(">H", body[:2])[0]
                self.send(packet(0x40, body[behind_topic:behind_topic + 2]))
        raise Ended

    def reset(self):
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


class WebSocketLine(Line):
    """MQTT in masked binary frames (RFC 6455)."""

    def upgrade(self):
        key = base64.b64encode(os.urandom(16)).decode()
        super().send((f"GET /mqtt HTTP/1.1\r\nHost: broker.bench.test\r\nUpgrade: websocket\r\n"
                      f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
                      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n").encode())
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += super().read(1)
        if b" 101 " not in head:
            raise Ended
        self.frames = b""

    def send(self, data):
        mask = os.urandom(4)
        size = (bytes([0x80 | len(data)]) if len(data) < 126
                else b"\xfe" + struct.pack(">H", len(data)))
        masked = bytes(b ^ mask[i % 4] for i, b in enumerate(data))
        super().send(b"\x82" + size + mask + masked)

    def read(self, size):
        while len(self.frames) < size:
            opcode, length = super().read(1)[0] & 15, super().read(1)[0] & 0x7f
            if length == 126:
                length = struct.unpack(">H", super().read(2))[0]
            data = super().read(length)
            if opcode == 8:
                raise Ended
            self.frames += data
        data, self.frames = self.frames[:size], self.frames[size:]
        return data


def talk(line, run, client_id, level=4, clean=True, messages=3):
    """CONNECT, SUBSCRIBE, some messages of QoS 1, DISCONNECT. What was acknowledged is noted."""
    line.send(connect(client_id, clean, level))
    if line.wait_for(2)[1] != 0:
        raise Ended
    line.send(subscribe(f"soak/{client_id}/#", 1, level))
    line.wait_for(9)
    for number in range(1, messages + 1):
        payload = run.next_payload(client_id)
        line.send(publish(f"soak/{client_id}/data", payload, 1, number, level))
        while line.wait_for(4)[:2] != struct.pack(">H", number):
            pass
        run.acknowledged(payload)
    line.send(DISCONNECT)


def good_plain(run):
    with Line(run.brokers["mqtt"]) as line:
        talk(line, run, "plain", level=run.random.choice((4, 5)))


def good_tls(run):
    with Line(run.brokers["mqtts"]) as line:
        line.secure(run.random.choice((ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)))
        talk(line, run, "tls")


def good_websocket(run):
    with WebSocketLine(run.brokers["ws"]) as line:
        line.upgrade()
        talk(line, run, "websocket")


def persistent(run):
    with Line(run.brokers["mqtt"]) as line:
        talk(line, run, "persistent", 5, clean=False, messages=1)


def aborting(run):
    """RST anywhere: before the first byte, in the handshake, in a packet, behind it."""
    broker = run.random.choice(list(run.brokers.values()))
    data = connect("aborting") + publish("soak/aborted", b"x" * 50)
    with Line(broker) as line:
        if broker.name == "mqtts" and run.random.random() < 0.5:
            line.secure()
        line.send(data[:run.random.randrange(1, len(data) + 1)])
        line.reset()


def malformed(run):
    """A good conversation with bytes that were turned, or noise."""
    broker = run.random.choice(list(run.brokers.values()))
    data = bytearray(connect("malformed") + subscribe("soak/m") + publish("soak/m", b"y" * 40, 1))
    for _ in range(run.random.randrange(1, 6)):
        data[run.random.randrange(len(data))] = run.random.randrange(256)
    with Line(broker) as line:
        if broker.name == "mqtts" and run.random.random() < 0.7:
            line.secure()
        line.send(data if run.random.random() < 0.8 else run.random.randbytes(300))
        with contextlib.suppress(socket.timeout):
            line.sock.settimeout(0.5)
            while line.sock.recv(4096):
                pass


def slow(run):
    """One byte at a time, each with a wait for an answer that does not come."""
    with Line(run.brokers["mqtt"]) as line:
        line.sock.settimeout(0.02)
        for byte in connect("slow") + publish("soak/slow", b"s"):
            line.send(bytes([byte]))
            with contextlib.suppress(socket.timeout):
                line.sock.recv(4096)


def never_reads(run):
    """A subscriber that does not read what another one sends, more than the kernels keep."""
    with Line(run.brokers["mqtt"], receive_buffer=4096) as deaf, Line(run.brokers["mqtt"]) as other:
        deaf.send(connect("deaf") + subscribe("soak/deaf", 1))
        other.send(connect("talker"))
        other.wait_for(2)
        for number in range(1, 200):
            other.send(publish("soak/deaf", b"z" * 20000, number % 2, number))
        other.send(DISCONNECT)
        with contextlib.suppress(socket.timeout):
            while other.sock.recv(65536):
                pass


def tool(run, arguments, text=None):
    """mosquitto's clients; one that a fault leaves waiting is ended."""
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as process:
        try:
            process.communicate(text, timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()


def mosquitto_clients(run):
    """mosquitto_sub and mosquitto_pub, over TLS or plain, each QoS and version."""
    name = run.random.choice(("mqtt", "mqtts"))
    broker = run.brokers[name]
    where = ["-p", str(broker.port), "-V", run.random.choice(("mqttv311", "mqttv5"))]
    where += ["-h", "127.0.0.1"]
    if name == "mqtts":
        where += ["--cafile", broker.root, "--insecure"]
    qos = str(run.random.randrange(3))
    broker.count_connection(program=True)
    with subprocess.Popen(["mosquitto_sub", *where, "-t", "soak/tools", "-q", qos, "-C", "4",
                           "-W", "3", "-i", "soak-sub"],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as subscriber:
        broker.count_connection(program=True)
        tool(run, ["mosquitto_pub", *where, "-t", "soak/tools", "-q", qos, "-l", "-i", "soak-pub"],
             b"one\ntwo\nthree\nfour\n")
        try:
            subscriber.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            subscriber.kill()


KINDS = (good_plain, good_tls, good_websocket, persistent, aborting, aborting, malformed, malformed,
         slow, never_reads, mosquitto_clients)
