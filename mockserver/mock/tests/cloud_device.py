#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A device as sketches are: paho connects, subscribes, and answers methods of an IoT hub.

It ends with code 0 after --count messages, with 3 when the other side closes, with the return code
of a CONNACK that refuses. What arrives is a line of output each.
"""
import argparse
import hashlib
import hmac
import sys
import time
import urllib.parse

import paho.mqtt.client as mqtt

METHOD = '$iothub/methods/POST/'


def read_options():
    p = argparse.ArgumentParser()
    p.add_argument('--port', type=int, required=True)
    p.add_argument('--ca')
    p.add_argument('--id', required=True)
    p.add_argument('--user')
    p.add_argument('--password')
    p.add_argument('--path', help='of a WebSocket')
    p.add_argument('--sign', metavar='KEY:SECRET[:TOKEN]',
                   help='with AWS Signature Version 4, as the AWS IoT device SDKs do it')
    p.add_argument('--signed-ago', type=int, default=0, help='seconds')
    p.add_argument('--keep-session', action='store_true')
    p.add_argument('--count', type=int, default=0, help='0: for ever')
    p.add_argument('filters', nargs='*')
    return p.parse_args()


def presigned(options):
    """The path of a WebSocket with its signature (AWS, Create a signed AWS API request)."""
    def sign(key, text):
        return hmac.new(key, text.encode(), hashlib.sha256)

    key, secret, *token = options.sign.split(':')
    date = time.strftime('%Y%m%dT%H%M%SZ', time.gmtime(time.time() - options.signed_ago))
    scope = '/'.join((date[:8], 'eu-west-1', 'iotdevicegateway', 'aws4_request'))
    query = urllib.parse.urlencode({
        'X-Amz-Algorithm': 'AWS4-HMAC-SHA256', 'X-Amz-Credential': key + '/' + scope,
        'X-Amz-Date': date, 'X-Amz-Expires': '86400', 'X-Amz-SignedHeaders': 'host'})
    request = '\n'.join(('GET', '/mqtt', query, 'host:localhost:%d' % options.port, '', 'host',
                         hashlib.sha256(b'').hexdigest()))
    text = '\n'.join(('AWS4-HMAC-SHA256', date, scope,
                      hashlib.sha256(request.encode()).hexdigest()))
    signing = ('AWS4' + secret).encode()
    for part in scope.split('/'):
        signing = sign(signing, part).digest()
    path = '/mqtt?' + query + '&X-Amz-Signature=' + sign(signing, text).hexdigest()
    return path + ''.join('&X-Amz-Security-Token=' + urllib.parse.quote(t, safe='') for t in token)


class Device:
    def __init__(self, options):
        self.options = options
        self.seen = 0
        self.ended = None
        c = mqtt.Client(options.id, protocol=mqtt.MQTTv311,
                        clean_session=not options.keep_session,
                        transport='websockets' if options.path or options.sign else 'tcp')
        if options.ca:
            c.tls_set(options.ca)
        if options.path or options.sign:
            c.ws_set_options(path=presigned(options) if options.sign else options.path)
        if options.user is not None:
            c.username_pw_set(options.user, options.password)
        c.on_connect = self.on_connect
        c.on_message = self.on_message
        c.on_disconnect = self.on_disconnect
        self.client = c

    def on_connect(self, client, _ctx, _flags, code):
        print('connected', code, flush=True)
        if code:
            self.ended = code
        for f in self.options.filters:
            client.subscribe(f, 1)

    def on_message(self, client, _ctx, m):
        print('got', m.topic, 'qos=%d' % m.qos, m.payload.decode(), flush=True)
        if m.topic.startswith(METHOD):
            rid = m.topic.split('?$rid=')[1]
            client.publish('$iothub/methods/res/200/?$rid=' + rid, '{"done":true}')
        self.seen += 1

    def on_disconnect(self, _client, _ctx, code):
        if self.ended is None:
            self.ended = 3 if code else 0

    def run(self):
        self.client.connect('localhost', self.options.port, 60)
        while self.ended is None:
            if self.client.loop(0.1):
                self.ended = 3
            if self.seen == self.options.count and self.options.count:
                self.client.loop(0.1)  # the acknowledgement leaves
                self.client.disconnect()
        return self.ended


sys.exit(Device(read_options()).run())
