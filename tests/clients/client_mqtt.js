// SPDX-License-Identifier: Apache-2.0
// MQTT.js as a client of the mock; see client_options.h.
'use strict';
const fs = require('fs');
const mqtt = require('mqtt');

const WAIT_MS = 5000;
const args = process.argv.slice(2);
const option = (name) => {
    const at = args.indexOf('--' + name);
    return at < 0 ? undefined : args[at + 1];
};
const read = (name) => (option(name) === undefined ? undefined : fs.readFileSync(option(name)));

function fail(why) {
    console.error(String(why));
    process.exit(1);
}

const schemes = { tcp: 'mqtt', tls: 'mqtts', ws: 'ws', wss: 'wss' };
const versions = { '3.1': 3, '3.1.1': 4, '5.0': 5 };
const isV5 = option('version') === '5.0';
const client = mqtt.connect(schemes[option('transport')] + '://localhost:' + option('port') + '/mqtt', {
    clientId: 'mqtt-js',
    protocolId: option('version') === '3.1' ? 'MQIsdp' : 'MQTT',
    protocolVersion: versions[option('version')],
    clean: true,
    reconnectPeriod: 0,
    username: option('username'),
    password: option('password'),
    ca: read('ca'),
    cert: read('cert'),
    key: read('key'),
});

const arrived = [];
let waiting = null;
client.on('message', (topic, payload, packet) => {
    let line = `arrived qos=${packet.qos} retain=${packet.retain ? 1 : 0} topic=${topic} payload=${payload}`;
    if (isV5) {
        const p = packet.properties;
        line += ` format=${p.payloadFormatIndicator ? 1 : 0} content-type=${p.contentType}`;
        line += ` response-topic=${p.responseTopic} correlation=${p.correlationData}`;
        line += ` user=${Object.entries(p.userProperties)[0].join(':')}`;
    }
    console.log(line);
    arrived.push(topic);
    if (waiting) {
        waiting();
    }
});
client.on('error', fail);
setTimeout(() => fail('no end in its time'), WAIT_MS).unref();

const messages = (count) =>
    new Promise((resolve) => {
        waiting = () => {
            if (arrived.length >= count) {
                resolve();
            }
        };
        waiting();
    });
const done = (call) =>
    new Promise((resolve) => {
        call((error, result) => (error ? fail(error) : resolve(result)));
    });

function publish(qos, retain) {
    const options = { qos, retain };
    if (isV5) {
        options.properties = {
            payloadFormatIndicator: true,
            contentType: 'text/plain',
            responseTopic: 're/ply',
            correlationData: Buffer.from('c0rr'),
            userProperties: { key: 'value' },
        };
    }
    return done((back) => client.publish('c/' + qos, (retain ? 'retained-' : 'live-') + qos, options, back));
}

client.on('connect', async () => {
    for (const qos of [0, 1, 2]) {
        await publish(qos, true);
        const granted = await done((back) => client.subscribe('c/' + qos, { qos }, back));
        if (granted[0].qos !== qos) {
            fail('granted ' + granted[0].qos);
        }
        await messages(2 * qos + 1);
        await publish(qos, false);
        await messages(2 * qos + 2);
        await done((back) => client.unsubscribe('c/' + qos, back));
    }
    await done((back) => client.end(false, {}, back));
    console.log('end');
});
