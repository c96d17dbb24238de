// SPDX-License-Identifier: Apache-2.0
// aws_device.js HOST PORT CA_FILE CLIENT USER PASSWORD TOPIC PAYLOAD [OPTION...]
//
// A device of AWS IoT over MQTT 3.1.1: it publishes its message, reports its state to its shadow,
// follows what is desired of it, and does the jobs that it is given. With a broker that knows neither
// it has published its message, and goes. --cert and --key: its identity; --alpn: a protocol to
// offer; --deaf: it reports its state once and listens to nothing; --mute: it reports nothing.
'use strict';
const {client, topic, payload, more, fail, text, packet, connect} = require('./node_mqtt.js');

const QUIET_MS = 700;    // nothing more came: all is done
const TIMEOUT_MS = 6000; // a server that does not even acknowledge
const things = `$aws/things/${client}/`;

let nextId = 1;
function id() {
    return [nextId >> 8, nextId++ & 0xff];
}
function publish(where, what) {
    const bytes = typeof what === 'string' ? what : JSON.stringify(what);
    socket.write(packet(0x32, text(where), id(), Buffer.from(bytes)));
}
function subscribe(...filters) {
    socket.write(packet(0x82, id(), ...filters.flatMap((f) => [text(f), [1]])));
}
function report(state) {
    publish(things + 'shadow/update', {state: {reported: state}, clientToken: client + '-report'});
}

function doJob(execution) {
    if (execution === undefined || execution.jobId === undefined) return;
    if (execution.status === 'QUEUED') return publish(things + 'jobs/start-next', {});
    publish(things + `jobs/${execution.jobId}/update`,
            {status: 'SUCCEEDED', expectedVersion: String(execution.versionNumber)});
}

const handlers = {
    [things + 'shadow/update/delta']: (message) => report(message.state),
    [things + 'jobs/notify-next']: (message) => doJob(message.execution),
    [things + 'jobs/start-next/accepted']: (message) => doJob(message.execution),
};

function onPublish(first, body) {
    const length = body.readUInt16BE(0);
    const where = body.toString('utf8', 2, 2 + length);
    const qos = (first >> 1) & 3;
    const at = 2 + length + (qos > 0 ? 2 : 0);
    if (qos > 0) socket.write(packet(0x40, body.subarray(2 + length, 4 + length)));
    if (handlers[where] !== undefined) handlers[where](JSON.parse(body.toString('utf8', at)));
}

let done = false; // the first message was acknowledged
function onPacket(first, body) {
    const type = first >> 4;
    if (type === 2 && body[1] !== 0) fail('CONNACK ' + body[1]);
    if (type === 2) {
        publish(topic, payload);
        if (!more.includes('--mute')) report({firmware: 1});
        if (!more.includes('--deaf'))
            subscribe(things + 'shadow/update/delta', things + 'jobs/notify-next');
    }
    if (type === 3) onPublish(first, body);
    if (type === 4) done = true;
}

let got = Buffer.alloc(0);
let closing = false;
const socket = connect();
function leave() {
    if (!done) return fail('the server is silent');
    closing = true;
    socket.end(packet(0xe0));
}
socket.setTimeout(TIMEOUT_MS, leave);
socket.on('data', (data) => {
    got = Buffer.concat([got, data]);
    for (;;) {
        let length = 0;
        let at = 1;
        let shift = 0;
        do {
            if (at >= got.length) return;
            length |= (got[at] & 0x7f) << shift;
            shift += 7;
        } while (got[at++] & 0x80);
        if (got.length < at + length) return;
        onPacket(got[0], got.subarray(at, at + length));
        got = got.subarray(at + length);
        socket.setTimeout(done ? QUIET_MS : TIMEOUT_MS);
    }
});
socket.on('close', () => {
    if (!closing) fail('the server closed the connection');
});
