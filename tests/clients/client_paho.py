#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Eclipse paho for Python as a client of the mock; see client_options.h."""
import argparse
import sys
import time

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

WAIT_S = 5
VERSIONS = {'3.1': mqtt.MQTTv31, '3.1.1': mqtt.MQTTv311, '5.0': mqtt.MQTTv5}


class Talk:
    def __init__(self, options):
        self.is_v5 = options.version == '5.0'
        more = {} if self.is_v5 else {'clean_session': True}
        self.client = mqtt.Client('paho-python', protocol=VERSIONS[options.version],
                                  transport='websockets' if options.transport.startswith('ws')
                                  else 'tcp', **more)
        self.counts = dict.fromkeys(('connect', 'subscribe', 'unsubscribe', 'publish', 'message',
                                     'disconnect'), 0)
        self.failed = ''
        if options.username:
            self.client.username_pw_set(options.username, options.password)
        if options.transport in ('tls', 'wss'):
            self.client.tls_set(options.ca, options.cert, options.key)
        c = self.client
        c.on_connect = lambda _c, _u, _f, code, *_: self.note('connect', code)
        c.on_subscribe = lambda _c, _u, _mid, codes, *_: self.note('subscribe', max(
            getattr(code, 'value', code) for code in codes) & 0x80)
        c.on_unsubscribe = lambda *_: self.note('unsubscribe', 0)
        c.on_publish = lambda *_: self.note('publish', 0)
        c.on_disconnect = lambda _c, _u, code, *_: self.note('disconnect', code)
        c.on_message = self.on_message
        c.connect('localhost', options.port)

    def note(self, what, code):
        self.counts[what] += 1
        code = getattr(code, 'value', code)
        if code:
            self.failed = '%s: %s' % (what, code)

    def on_message(self, _client, _ctx, m):
        text = 'arrived qos=%d retain=%d topic=%s payload=%s' % (m.qos, m.retain, m.topic,
                                                                 m.payload.decode())
        if self.is_v5:
            p = m.properties
            text += ' format=%d content-type=%s response-topic=%s correlation=%s user=%s:%s' % (
                p.PayloadFormatIndicator, p.ContentType, p.ResponseTopic,
                p.CorrelationData.decode(), *p.UserProperty[0])
        print(text)
        self.note('message', 0)

    def wait(self, what, count):
        end = time.monotonic() + WAIT_S
        while self.counts[what] < count and not self.failed and time.monotonic() < end:
            self.client.loop(0.1)
        if self.failed or self.counts[what] < count:
            sys.exit('%s did not come %s' % (what, self.failed))

    def publish(self, qos, retained):
        properties, wanted = None, self.counts['publish'] + 1
        if self.is_v5:
            properties = Properties(PacketTypes.PUBLISH)
            properties.PayloadFormatIndicator = 1
            properties.ContentType = 'text/plain'
            properties.ResponseTopic = 're/ply'
            properties.CorrelationData = b'c0rr'
            properties.UserProperty = ('key', 'value')
        self.client.publish('c/%d' % qos, '%s-%d' % ('retained' if retained else 'live', qos), qos,
                            retained, **({'properties': properties} if properties else {}))
        self.wait('publish', wanted)

    def talk(self):
        self.wait('connect', 1)
        for qos in range(3):
            self.publish(qos, True)
            self.client.subscribe('c/%d' % qos, qos)
            self.wait('subscribe', qos + 1)
            self.wait('message', 2 * qos + 1)
            self.publish(qos, False)
            self.wait('message', 2 * qos + 2)
            self.client.unsubscribe('c/%d' % qos)
            self.wait('unsubscribe', qos + 1)
        self.client.disconnect()
        self.wait('disconnect', 1)
        print('end')


def main():
    p = argparse.ArgumentParser()
    for name in ('version', 'transport', 'ca', 'cert', 'key', 'username', 'password'):
        p.add_argument('--' + name)
    p.add_argument('--port', type=int)
    Talk(p.parse_args()).talk()


main()
