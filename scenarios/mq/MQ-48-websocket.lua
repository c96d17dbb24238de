-- SPDX-License-Identifier: Apache-2.0
-- MQTT over WebSocket. A server that does not open the WebSocket as RFC 6455 wants it, or whose
-- frames are not as it wants them, is to be left; the mock goes on as if it were not.
scenario{
    id = "MQ-48/good",
    title = "MQTT over WebSocket",
    category = "interoperability",
    severity = "S1",
    server = [[The broker has a certificate of the trusted root and serves MQTT over WebSocket, one
        packet in a binary message.]],
    why = [[The control of all MQ-48. A board that cannot do this does not get through where
        only port 443 is open.]],
    good = "Opens the WebSocket with the subprotocol mqtt, and delivers its message.",
    bad = "Asks wrongly, or does not understand a right answer.",
    spec = {"RFC 6455 section 4.1", "MQTT 3.1.1 section 6"},
    expect = "accept",
    flaw = "ws-protocol-missing",
    control = "MQ-48/good",
    needs = {service = {"wss"}},
    description = {
        service = "wss",
        certs = {leaf = {recipe = "leaf", not_before = "-90d", not_after = "+90d"}},
    },
}

local second = {
    service = "wss",
    host = "second.bench.test",
    certs = {
        leaf = {
            recipe = "leaf", subject = "CN=second.bench.test", san = {dns("second.bench.test")},
            not_before = "-90d", not_after = "+90d",
        },
    },
}

-- Answers other than 101.
local answers = {
    {
        id = "moved", title = "Upgrade answered with 301", status = 301,
        location = "https://{second}/mqtt", second = second,
        server = [[The answer to the upgrade is 301, with the address of a second broker of the
            trusted root.]],
        good = [[Opens no WebSocket here. It may go to the second host, and verifies it then; it
            need not.]],
    },
    {
        id = "found", title = "Upgrade answered with 302", status = 302, location = "/elsewhere",
        server = "The answer to the upgrade is 302, with another path of the same server.",
        good = "Opens no WebSocket; it may ask at the other path.",
    },
    {
        id = "unauthorized", title = "Upgrade answered with 401", status = 401,
        server = "The answer to the upgrade is 401, with a request for credentials.",
        good = "Opens no WebSocket; it may ask again with credentials.",
    },
    {
        id = "ok", title = "Upgrade answered with 200", status = 200,
        server = "The answer to the upgrade is 200: a web server that knows no WebSockets.",
        good = "Closes: there is no WebSocket.",
    },
    {
        id = "upgrade-required", title = "Upgrade answered with 426", status = 426,
        server = [[The answer to the upgrade is 426, with Upgrade: websocket in it, and no
            WebSocket.]],
        good = "Closes: only 101 opens a WebSocket.",
    },
}

for _, a in ipairs(answers) do
    scenario{
        id = "MQ-48/" .. a.id,
        title = a.title,
        category = "mqtt",
        severity = "S2",
        server = a.server,
        why = [[What is sent behind such an answer is read by whoever answered, a proxy's login
            page, say: CONNECT with the password.]],
        good = a.good,
        bad = "Looks at nothing but that there is an answer, and sends CONNECT.",
        spec = {"RFC 6455 section 4.1"},
        expect = "cope",
        rules = {"websocket-obeyed", "few-connections"},
        flaw = "ws-status-unchecked",
        control = "MQ-48/good",
        change = {websocket = {status = a.status, location = a.location}, second = a.second},
        differs = a.second and {"websocket", "second"} or {"websocket"},
    }
end

scenario{
    id = "MQ-48/moved-to-plain",
    title = "Upgrade redirected to a host without TLS",
    category = "crypto",
    severity = "S0",
    server = [[The answer to the upgrade is 302 and an address that begins with http://; the broker
        there serves WebSockets without TLS.]],
    why = [[A board that goes on without encryption because an answer says so gives its password to
        everybody on the path.]],
    good = "Does not go there.",
    bad = "Opens its WebSocket at the address without TLS.",
    spec = {"RFC 6455 section 4.1", "RFC 9325 section 3.2", "RFC 9110 section 4.2"},
    expect = "cope",
    rules = {"no-plain-text"},
    flaw = "ws-redirect-followed",
    control = "MQ-48/good",
    change = {
        websocket = {status = 302, location = "http://{second}/mqtt"},
        second = {service = "ws", host = "second.bench.test"},
    },
    differs = {"websocket", "second"},
}

-- A 101 that is none: what is wrong in it, and the flaw of who takes it.
local accept_why = [[The field shows that the answer is to this request and from a server that knows
    WebSockets: without the look at it, a cache or a server of something else will do.]]
local wrong = {
    {"accept", "with a wrong Sec-WebSocket-Accept", {accept = "wrong"}, "ws-accept-unchecked",
     "The last letter of Sec-WebSocket-Accept is another one.", accept_why},
    {"accept-foreign", "with another key's Sec-WebSocket-Accept", {accept = "foreign"},
     "ws-accept-unchecked", "Sec-WebSocket-Accept is well formed, and belongs to another key.",
     accept_why},
    {"accept-echo", "with the key as Sec-WebSocket-Accept", {accept = "echo"},
     "ws-accept-unchecked", "Sec-WebSocket-Accept is the key that the board sent.", accept_why},
    {"accept-missing", "without Sec-WebSocket-Accept", {accept = "missing"}, "ws-accept-unchecked",
     "The 101 has no Sec-WebSocket-Accept.", accept_why},
    {"no-upgrade", "without Upgrade", {upgrade = ""}, "ws-fields-unchecked",
     "The 101 has no field Upgrade.", "It may have been upgraded to anything."},
    {"other-upgrade", "with another Upgrade", {upgrade = "h2c"}, "ws-fields-unchecked",
     "The 101 says Upgrade: h2c.", "It was upgraded to something else than a WebSocket."},
    {"no-connection", "without Connection", {connection = ""}, "ws-fields-unchecked",
     "The 101 has no Connection: Upgrade.",
     "Without it, Upgrade may be a field that a proxy has passed on and not acted upon."},
    {"protocol", "with a subprotocol that was not offered", {protocol = "chat"},
     "ws-protocol-unchecked", "The server chooses the subprotocol chat.",
     "Whoever serves chat does not expect MQTT."},
    {"extension", "with an extension that was not offered", {extensions = "x-bench"},
     "ws-extension-unchecked", "The server uses an extension that nobody offers.",
     "An extension may change what frames mean."},
}

for _, w in ipairs(wrong) do
    scenario{
        id = "MQ-48/" .. w[1],
        title = "WebSocket opened " .. w[2],
        category = "mqtt",
        severity = "S2",
        server = w[5],
        why = w[6],
        good = "Fails the connection, and sends no MQTT.",
        bad = "Takes every 101 for a WebSocket, and sends CONNECT.",
        spec = {"RFC 6455 section 4.1"},
        expect = "cope",
        rules = {"websocket-obeyed"},
        flaw = w[4],
        control = "MQ-48/good",
        change = {websocket = w[3]},
        differs = {"websocket"},
    }
end

-- Frames that no server may send.
local frames = {
    {"masked", "Frames that the server masked", {masked = true}, "ws-mask-taken",
     "The broker's frames are masked, as only a client's may be.", "RFC 6455 section 5.1"},
    {"reserved-bit", "Frames with a reserved bit", {reserved = 4}, "ws-reserved-taken",
     "The first reserved bit of the broker's frames is set: compressed, to who has agreed on it.",
     "RFC 6455 section 5.2"},
    {"reserved-opcode", "Frames with a reserved opcode", {opcode = 3}, "ws-reserved-taken",
     "The broker's packets come in frames with opcode 3.", "RFC 6455 section 5.2"},
    {"text", "MQTT in text frames", {opcode = 1}, "ws-text-taken",
     "The broker's packets come in text frames.", "MQTT 3.1.1 section 6 [MQTT-6.0.0-1]"},
    {"long-ping", "Ping of 126 bytes", {pings = "before", ping_bytes = 126},
     "ws-control-unchecked", "Before CONNACK comes a ping frame of 126 bytes.",
     "RFC 6455 section 5.5"},
    {"split-ping", "Ping in pieces", {pings = "before", ping_split = true}, "ws-control-unchecked",
     "Before CONNACK comes a ping frame that says that it is not the last.",
     "RFC 6455 section 5.5"},
}

for _, f in ipairs(frames) do
    scenario{
        id = "MQ-48/" .. f[1],
        title = f[2],
        category = "mqtt",
        severity = "S3",
        server = f[5],
        why = [[A frame that cannot be right is noise, or somebody's try; who reads on reads
            something else than was sent.]],
        good = "Fails the connection, with a close frame (1002, of text 1003).",
        bad = "Reads on, and publishes.",
        spec = {f[6], "RFC 6455 section 7.1.7"},
        expect = "cope",
        rules = {"websocket-obeyed"},
        flaw = f[4],
        control = "MQ-48/good",
        change = {websocket = f[3]},
        differs = {"websocket"},
    }
end

scenario{
    id = "MQ-48/length",
    title = "Frames that announce four gigabytes",
    category = "robustness",
    severity = "S2",
    server = [[The headers of the broker's frames announce four gigabytes and four bytes; what
        follows is as long as its packets are.]],
    why = [[A length of 64 bits in a variable of 32 or 16 is four, and memory that is taken for
        what is announced is not there.]],
    good = "Gives up, at once (1009) or when nothing more comes.",
    bad = "Keeps the low bits of the length and takes the packets; or crashes.",
    spec = {"RFC 6455 section 5.2", "RFC 6455 section 10.4"},
    expect = "cope",
    rules = {"reports-failure"},
    flaw = "ws-length-cut",
    control = "MQ-48/good",
    change = {websocket = {announce = 4294967300}},
    differs = {"websocket"},
}

-- What has to be taken.
scenario{
    id = "MQ-48/fragments",
    title = "Messages in several frames",
    category = "interoperability",
    severity = "S2",
    server = "Each message of the broker comes in frames of two bytes.",
    why = "Servers and proxies cut messages as it suits them.",
    good = "Puts the frames together.",
    bad = "Takes a frame for a message.",
    spec = {"RFC 6455 section 5.4"},
    expect = "accept",
    flaw = "ws-continuation-lost",
    control = "MQ-48/good",
    change = {websocket = {fragment = 2}},
    differs = {"websocket"},
}

scenario{
    id = "MQ-48/ping",
    title = "Ping before each message",
    category = "interoperability",
    severity = "S2",
    server = "Before each message comes a ping of four bytes.",
    why = [[Servers and proxies find out with pings which clients are still there, and close the
        others' connections.]],
    good = "Answers each ping with a pong of the same four bytes, masked as all its frames.",
    bad = "Answers none, or with a frame that a server has to close for (unmasked).",
    spec = {"RFC 6455 section 5.5.2", "RFC 6455 section 5.1"},
    expect = "accept",
    rules = {"websocket-pongs"},
    flaw = "ws-pong-missing",
    control = "MQ-48/good",
    change = {websocket = {pings = "before"}},
    differs = {"websocket"},
}

scenario{
    id = "MQ-48/ping-between",
    title = "Pings between the frames of a message",
    category = "interoperability",
    severity = "S2",
    server = "Each message comes in frames of two bytes, with pings between them.",
    why = "A ping may come wherever a frame may.",
    good = "Puts the frames together, and answers pings.",
    bad = "Answers none, or takes a ping for a part of the message.",
    spec = {"RFC 6455 section 5.4", "RFC 6455 section 5.5.2"},
    expect = "accept",
    rules = {"websocket-pongs"},
    flaw = "ws-pong-missing",
    control = "MQ-48/fragments",
    change = {websocket = {pings = "between"}},
    differs = {"websocket.pings"},
}

scenario{
    id = "MQ-48/split",
    title = "Packets over several messages",
    category = "interoperability",
    severity = "S2",
    server = "The broker's packets come in messages of three bytes, wherever packets begin.",
    why = "MQTT is a stream of bytes in a WebSocket too: messages mean nothing.",
    good = "Puts the packets together.",
    bad = "Takes a message for a packet.",
    spec = {"MQTT 3.1.1 section 6 [MQTT-6.0.0-2]"},
    expect = "accept",
    flaw = "ws-message-is-packet",
    control = "MQ-48/good",
    change = {websocket = {message_bytes = 3}},
    differs = {"websocket"},
}
