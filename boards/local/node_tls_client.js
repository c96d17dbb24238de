// SPDX-License-Identifier: Apache-2.0
// node_tls_client.js HOST PORT CA_FILE CLIENT USER PASSWORD TOPIC PAYLOAD [OPTION...]
//
// One QoS 1 publish over MQTT 3.1.1 with Node's own tls module and the options that MQTT.js hands to
// it: host, port, ca, cert, key, rejectUnauthorized. --insecure: rejectUnauthorized: false; --cert
// and --key: an identity; --alpn: a protocol to offer.
'use strict';
const fs = require('fs');
const net = require('net');
const tls = require('tls');

const TIMEOUT_MS = 6000;
const [host, port, caFile, client, user, password, topic, payload] = process.argv.slice(2);
const more = process.argv.slice(10);
const option = (name) => (more.includes(name) ? more[more.indexOf(name) + 1] : undefined);

function fail(why) {
    console.error(String(why));
    process.exit(1);
}

function text(value) {
    const bytes = Buffer.from(value);
    return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
}

function packet(first, body) {
    const head = [first];
    let left = body.length;
    do {
        head.push((left % 128) | (left > 127 ? 128 : 0));
        left = Math.floor(left / 128);
    } while (left > 0);
    return Buffer.concat([Buffer.from(head), body]);
}

function connectPacket() {
    const hasUser = user !== '' || password !== '';
    const flags = 0x02 | (hasUser ? 0x80 : 0) | (password !== '' ? 0x40 : 0);
    const parts = [text('MQTT'), Buffer.from([4, flags, 0, 60]), text(client)];
    if (hasUser) parts.push(text(user));
    if (password !== '') parts.push(text(password));
    return packet(0x10, Buffer.concat(parts));
}

const options = {host, port: Number(port), ca: fs.readFileSync(caFile),
                 rejectUnauthorized: !more.includes('--insecure')};
if (!net.isIP(host)) options.servername = host; // as MQTT.js does
if (option('--cert')) {
    options.cert = fs.readFileSync(option('--cert'));
    options.key = fs.readFileSync(option('--key'));
}
if (option('--alpn')) options.ALPNProtocols = [option('--alpn')];

const steps = [
    {wanted: '20020000', next: () => packet(0x32, Buffer.concat(
        [text(topic), Buffer.from([0, 1]), Buffer.from(payload)]))},
    {wanted: '40020001', next: () => Buffer.from([0xe0, 0])},
];
let got = Buffer.alloc(0);
const socket = tls.connect(options, () => socket.write(connectPacket()));
socket.setTimeout(TIMEOUT_MS, () => fail('the server is silent'));
socket.on('data', (data) => {
    got = Buffer.concat([got, data]);
    while (got.length >= 4 && steps.length > 0) {
        const step = steps.shift();
        if (got.subarray(0, 4).toString('hex') !== step.wanted)
            fail('the server answered ' + got.toString('hex'));
        got = got.subarray(4);
        socket.write(step.next());
    }
    if (steps.length === 0) socket.end();
});
socket.on('error', (error) => fail((error.code || '') + ' ' + error.message));
socket.on('close', () => {
    if (steps.length > 0) fail('the server closed the connection');
});
