// SPDX-License-Identifier: Apache-2.0
// node_tls_client.js HOST PORT CA_FILE CLIENT USER PASSWORD TOPIC PAYLOAD [OPTION...]
//
// One QoS 1 publish over MQTT 3.1.1 with Node's own tls module and the options that MQTT.js hands to
// it: host, port, ca, cert, key, rejectUnauthorized. --insecure: rejectUnauthorized: false; --cert
// and --key: an identity; --alpn: a protocol to offer.
'use strict';
const {topic, payload, fail, text, packet, connect} = require('./node_mqtt.js');

const TIMEOUT_MS = 6000;

const steps = [
    {wanted: '20020000', next: () => packet(0x32, text(topic), [0, 1],
                                              Buffer.from(payload))},
    {wanted: '40020001', next: () => packet(0xe0)},
];
let got = Buffer.alloc(0);
const socket = connect();
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
socket.on('close', () => {
    if (steps.length > 0) fail('the server closed the connection');
});
