#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Other people's MQTT tests against assay-mock and mosquitto, held against docs/conformance.md.

  ci/conformance.py build/dev/mockserver/mock/assay-mock --paho DIR --mosquitto DIR [NAME...]

DIR are checkouts of https://github.com/eclipse/paho.mqtt.testing and of the tag v2.0.11 of
https://github.com/eclipse/mosquitto; one of them is enough. Their tests are run where they are or
in a copy below a folder that goes, one by one, each with a fresh broker of its own on loopback: the
mock with the settings that the document gives for the suite, and the mosquitto that is installed.
NAME...: only the tests whose name holds one of these. A test that did not run has failed.

Prints a table, and ends with 1 where it is not what the document says.
"""
import argparse
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DOCUMENT = os.path.join(ROOT, 'docs', 'conformance.md')
TEST_S = 90  # a test that takes longer has failed

PAHO = [('paho 3.1.1', 'client_test'), ('paho 5.0', 'client_test5')]
MOSQUITTO = 'mosquitto'
BROKERS = ('mosquitto', 'the mock')

# One test of a module of unittest; the module's own command line can end with 0 having run none.
RUNNER = r'''
import importlib, logging, sys, unittest
module = importlib.import_module(sys.argv[1])
logging.getLogger().setLevel(logging.ERROR)
module.host, module.port = 'localhost', int(sys.argv[2])
prefix = 'client_test5/' if sys.argv[1] == 'client_test5' else ''
def data():
    module.topics = [prefix + t for t in ('TopicA', 'TopicA/B', 'Topic/C', 'TopicA/C', '/TopicA')]
    module.wildtopics = [prefix + t for t in
                         ('TopicA/+', '+/C', '#', '/#', '/+', '+/+', 'TopicA/#')]
    module.topic_prefix, module.nosubscribe_topics = prefix, ('test/nosubscribe',)
data()
module.setData = data
suite = unittest.TestLoader().loadTestsFromName('Test.' + sys.argv[3], module)
result = unittest.TextTestRunner(verbosity=0).run(suite)
sys.exit(0 if result.testsRun == 1 and result.wasSuccessful() and not result.skipped else 1)
'''


def cells(line):
    return [cell.strip() for cell in line.strip().strip('|').split('|')]


def tables(text):
    """Every table of the document as (heading, header, rows)."""
    heading, header, rows = '', None, []
    for line in text.splitlines() + ['']:
        if line.startswith('#'):
            heading = line.strip('# ')
        if not line.startswith('|'):
            if header:
                yield heading, header, rows
            header, rows = None, []
        elif header is None:
            header = cells(line)
        elif not set(line) <= set('|-: '):
            rows.append(cells(line))


def read_document():
    """({suite: settings}, {(suite, test): (mosquitto, mock)} of those that do not both pass)."""
    settings, exceptions = {}, {}
    with open(DOCUMENT, encoding='utf-8') as f:
        text = f.read()
    for _, header, rows in tables(text):
        if header[:1] == ['Suite'] and 'Settings of the mock' in header:
            for row in rows:
                settings[row[0]] = json.loads(row[header.index('Settings of the mock')].strip('`'))
        if header[:4] == ['Suite', 'Test', 'mosquitto', 'The mock']:
            for row in rows:
                for name in re.findall(r'`([^`]+)`', row[1]):
                    exceptions[row[0], name] = (row[2], row[3])
    return settings, exceptions


def free_port():
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def quiet_run(argv, **more):
    """True when it ended with 0 in its time; nothing of it is left."""
    child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, start_new_session=True, **more)
    try:
        output = child.communicate(timeout=TEST_S)[0]
    except subprocess.TimeoutExpired:
        output = b'no end in its time'
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    child.wait()
    return child.returncode == 0, output.decode('utf-8', 'replace')


class Brokers:
    def __init__(self, mock, folder, settings):
        self.mock, self.folder, self.settings = os.path.abspath(mock), folder, settings

    def argv(self, broker, suite, test, port):
        if broker == 'mosquitto':
            return ['/usr/sbin/mosquitto', '-p', str(port)]
        mqtt = dict(self.settings[suite])
        mqtt.update(self.settings.get(f'{suite}: {test}', {}))
        path = os.path.join(self.folder, f'{port}.json')
        with open(path, 'w', encoding='utf-8') as f:
            json.dump({'service': 'mqtt', 'mqtt': mqtt}, f)
        return [self.mock, '--port', str(port), '--events', 'none', '--config', path]


def wait_for(port, child):
    while child.poll() is None:
        with socket.socket() as s:
            if s.connect_ex(('127.0.0.1', port)) == 0:
                return
    raise RuntimeError('the broker does not start')


def run_paho(brokers, checkout, suite, module, test, broker):
    port = free_port()
    child = subprocess.Popen(brokers.argv(broker, suite, test, port), stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
    try:
        wait_for(port, child)
        return quiet_run([sys.executable, '-B', '-c', RUNNER, module, str(port), test],
                         cwd=os.path.join(checkout, 'interoperability'))
    finally:
        child.terminate()
        child.wait()


def paho_tests(checkout, module):
    path = os.path.join(checkout, 'interoperability', module + '.py')
    with open(path, encoding='utf-8') as f:
        return re.findall(r'^    def (test\w+)\(self\)', f.read(), re.M)


def run_mosquitto(brokers, tree, test, broker):
    """mosquitto's tests start ../../src/mosquitto -v -p PORT."""
    port = free_port()
    argv = brokers.argv(broker, MOSQUITTO, test, port)
    path = os.path.join(tree, 'src', 'mosquitto')
    with open(path, 'w', encoding='utf-8') as f:
        f.write('#!/bin/sh\nexec %s >/dev/null\n' % ' '.join("'%s'" % word for word in argv))
    os.chmod(path, 0o700)
    return quiet_run([sys.executable, '-B', test + '.py', str(port)],
                     cwd=os.path.join(tree, 'test', 'broker'))


def mosquitto_tests(tree):
    """Those that start a broker without a configuration file."""
    folder = os.path.join(tree, 'test', 'broker')
    names = []
    for name in sorted(os.listdir(folder)):
        if not re.fullmatch(r'\d\d-.*(?<!-helper)\.py', name) or name.startswith('06-bridge'):
            continue
        with open(os.path.join(folder, name), encoding='utf-8') as f:
            text = f.read()
        if re.search(r'use_conf=True|write_config|conf_file|\.conf\b|import Queue', text):
            continue
        if 'start_broker' in text and re.search(r'start_broker\([^)]*cmd=', text):
            continue
        names.append(name[:-3])
    return names


def copy_tests(checkout, folder, broker):
    tree = os.path.join(folder, broker)
    os.makedirs(os.path.join(tree, 'src'))
    shutil.copytree(os.path.join(checkout, 'test'), os.path.join(tree, 'test'))
    return tree


def word(passed):
    return 'passes' if passed else 'fails'


class Report:
    def __init__(self, exceptions, verbose):
        self.exceptions, self.verbose = exceptions, verbose
        self.differs, self.counts, self.seen = 0, {}, set()

    def note(self, suite, test, results):
        said = self.exceptions.get((suite, test), ('passes', 'passes'))
        is_same = said == tuple(word(passed) for passed, _ in results)
        self.seen.add((suite, test))
        self.differs += not is_same
        for broker, (passed, output) in zip(BROKERS, results):
            self.counts.setdefault((suite, broker), []).append(passed)
            if self.verbose and not passed:
                print(output)
        print('%-10s %-46s %-7s %-7s %s' % (suite, test, word(results[0][0]), word(results[1][0]),
                                           '' if is_same else '<- the document says %s, %s' % said),
              flush=True)

    def finish(self, is_whole, suites):
        for (suite, broker), passed in self.counts.items():
            print('%s: %s passes %d of %d' % (suite, broker, sum(passed), len(passed)))
        for suite, test in sorted(set(self.exceptions) - self.seen) if is_whole else ():
            if suite in suites:
                print('%s: the document names %s, which is not there' % (suite, test))
                self.differs += 1
        if not self.counts:
            print('no test was run')
            return 1
        print('as the document says' if not self.differs else
              '%d differ from docs/conformance.md' % self.differs)
        return 1 if self.differs else 0


def options():
    p = argparse.ArgumentParser(description=__doc__,
                                formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('mock', help='the program assay-mock')
    p.add_argument('names', nargs='*', metavar='NAME', help='only tests whose names hold this')
    p.add_argument('--paho', metavar='DIR')
    p.add_argument('--mosquitto', metavar='DIR')
    p.add_argument('--verbose', action='store_true', help='what failing tests print')
    o = p.parse_intermixed_args()
    if not o.paho and not o.mosquitto:
        p.error('which tests? --paho DIR, --mosquitto DIR')
    return o


def main():
    o = options()
    settings, exceptions = read_document()
    report = Report(exceptions, o.verbose)
    wanted = lambda test: not o.names or any(name in test for name in o.names)
    suites = ([suite for suite, _ in PAHO] if o.paho else []) + ([MOSQUITTO] if o.mosquitto else [])
    with tempfile.TemporaryDirectory(prefix='assay-conformance-') as folder, \
            ThreadPoolExecutor(len(BROKERS)) as pool:
        brokers = Brokers(o.mock, folder, settings)
        for suite, module in PAHO if o.paho else ():
            for test in filter(wanted, paho_tests(o.paho, module)):
                report.note(suite, test, list(pool.map(
                    lambda broker: run_paho(brokers, o.paho, suite, module, test, broker),
                    BROKERS)))
        trees = {broker: copy_tests(o.mosquitto, folder, broker)
                 for broker in BROKERS if o.mosquitto}
        for test in filter(wanted, mosquitto_tests(trees[BROKERS[0]]) if trees else ()):
            report.note(MOSQUITTO, test, list(pool.map(
                lambda broker: run_mosquitto(brokers, trees[broker], test, broker), BROKERS)))
    return report.finish(not o.names, suites)


if __name__ == '__main__':
    sys.exit(main())
