// SPDX-License-Identifier: Apache-2.0
// What the boards in Node.js have in common: their arguments, HOST PORT CA_FILE CLIENT USER PASSWORD
// TOPIC PAYLOAD [OPTION...], the packets of MQTT 3.1.1 that they send, and a TLS connection with the
// options that MQTT.js hands to Node's tls module: host, port, ca, cert, key, rejectUnauthorized.
'use strict';
const fs = require('fs');
const net = require('net');
const tls = require('tls');

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

// parts: buffers, or arrays of bytes
function packet(first, ...parts) {
    const body = Buffer.concat(parts.map((part) => (Array.isArray(part) ? Buffer.from(part) : part)));
    const head = [first];
    let left = body.length;
    do {
        head.push((left % 128) | (left > 127 ? 128 : 0));
        left = Math.floor(left / 128);
    } while (left > 0);
    return Buffer.concat([Buffer.from(head), body]);
}

function connectPacket() {
    const flags = 0x02 | (user !== '' || password !== '' ? 0x80 : 0) | (password !== '' ? 0x40 : 0);
    const login = [...(flags & 0x80 ? [text(user)] : []), ...(flags & 0x40 ? [text(password)] : [])];
    return packet(0x10, text('MQTT'), [4, flags, 0, 60], text(client), ...login);
}

// Over TLS, with CONNECT as its first words.
function connect() {
    const options = {host, port: Number(port), ca: fs.readFileSync(caFile),
                     rejectUnauthorized: !more.includes('--insecure')};
    if (!net.isIP(host)) options.servername = host; // as MQTT.js does
    if (option('--cert')) {
        options.cert = fs.readFileSync(option('--cert'));
        options.key = fs.readFileSync(option('--key'));
    }
    if (option('--alpn')) options.ALPNProtocols = [option('--alpn')];
    const socket = tls.connect(options, () => socket.write(connectPacket()));
    socket.on('error', (error) => fail((error.code || '') + ' ' + error.message));
    return socket;
}

module.exports = {client, topic, payload, more, fail, text, packet, connect};
