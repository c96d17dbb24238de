// SPDX-License-Identifier: Apache-2.0
// mqttjs_publish.js HOST PORT CA_FILE CLIENT USER PASSWORD TOPIC PAYLOAD [OPTION...]
//
// One QoS 1 publish with MQTT.js over WebSocket (wss://HOST:PORT/mqtt), as its documentation shows
// it, and with Debian's ws underneath. --insecure: rejectUnauthorized: false; --cert and --key: an
// identity. It does not come back by itself: reconnectPeriod is 0.
'use strict';
const fs = require('fs');
const mqtt = require('mqtt');

const [host, port, caFile, clientId, username, password, topic, payload] = process.argv.slice(2);
const more = process.argv.slice(10);
const option = (name) => (more.includes(name) ? more[more.indexOf(name) + 1] : undefined);
const read = (name) => (option(name) === undefined ? undefined : fs.readFileSync(option(name)));

const TIMEOUT_MS = 6000;

function fail(why) {
    console.error(String(why));
    process.exit(1);
}

setTimeout(() => fail('the server is silent'), TIMEOUT_MS).unref();
const client = mqtt.connect('wss://' + host + ':' + port + '/mqtt', {
    clientId,
    username,
    password,
    reconnectPeriod: 0,
    ca: fs.readFileSync(caFile),
    cert: read('--cert'),
    key: read('--key'),
    rejectUnauthorized: !more.includes('--insecure'),
});
client.on('error', (error) => fail((error.code || '') + ' ' + error.message));
client.on('close', () => fail('the connection was closed'));
client.on('connect', () => {
    client.publish(topic, payload, {qos: 1}, (error) => {
        if (error) fail(error);
        client.removeAllListeners('close');
        client.end(false, {}, () => process.exit(0));
    });
});
