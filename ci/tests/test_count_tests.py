#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""count_tests.py counts what CTest really writes, and is red whenever a test is not green."""
import os
import subprocess
import sys
import tempfile
import unittest

COUNTER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "count_tests.py")

CASES = {
    "passes": '<testcase name="{}" status="run"><system-out>x</system-out></testcase>',
    "fails": '<testcase name="{}" status="fail"><failure message=""/></testcase>',
    "missing": '<testcase name="{}" status="notrun">'
               '<skipped message="Unable to find executable"/></testcase>',
    "skipped": '<testcase name="{}" status="notrun">'
               '<skipped message="SKIP_RETURN_CODE=77"/></testcase>',
    "disabled": '<testcase name="{}" status="disabled"/>',
}


class CountTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as stream:
            stream.write(text)

    def junit(self, build, *cases):
        body = "".join(CASES[kind].format(name) for name, kind in cases)
        self.write(build + ".xml", f"<testsuite>{body}</testsuite>")

    def count(self):
        done = subprocess.run([sys.executable, "-B", COUNTER, self.folder], capture_output=True,
                              text=True, check=False)
        return done.returncode, done.stdout.strip().split("\n")

    def last(self):
        code, lines = self.count()
        return code, lines[-1]

    def test_all_green(self):
        self.junit("dev", ("a", "passes"), ("b", "passes"))
        self.write("steps", "style passed\n")
        self.assertEqual(self.last(), (0, "tests: 2 passed, 0 failed"))

    def test_whatever_did_not_pass_failed(self):
        for kind in ("fails", "missing", "skipped", "disabled"):
            with self.subTest(kind=kind):
                self.junit("dev", ("a", "passes"), ("b", kind))
                code, lines = self.count()
                self.assertEqual((code, lines[-1]), (1, "tests: 1 passed, 1 failed"))
                self.assertIn("b", lines[0])

    def test_a_test_of_two_builds_counts_once_and_at_its_worst(self):
        self.junit("asan", ("a", "fails"), ("b", "passes"), ("c", "passes"))
        self.junit("dev", ("a", "passes"), ("b", "passes"), ("c", "fails"))
        self.assertEqual(self.last(), (1, "tests: 1 passed, 2 failed"))

    def test_nothing_ran(self):
        self.assertEqual(self.last(), (1, "tests: 0 passed, 0 failed"))
        self.junit("dev")
        self.assertEqual(self.last(), (1, "tests: 0 passed, 1 failed"))

    def test_a_broken_file_is_a_failure(self):
        self.junit("dev", ("a", "passes"))
        self.write("asan.xml", "<testsuite>")
        self.assertEqual(self.last(), (1, "tests: 1 passed, 1 failed"))

    def test_a_failed_step_is_a_failure(self):
        self.junit("dev", ("a", "passes"))
        self.write("steps", "style failed\nbuild-clang passed\n")
        self.assertEqual(self.last(), (1, "tests: 1 passed, 1 failed"))

    def test_a_skip_needs_a_reason_in_the_list(self):
        sys.path.insert(0, os.path.dirname(COUNTER))
        import count_tests  # pylint: disable=import-outside-toplevel
        self.write("list", "# comment\nwith/* # no such device\nwithout\nempty #\n")
        self.assertEqual(count_tests.allowed_skips(os.path.join(self.folder, "list")), ["with/*"])


if __name__ == "__main__":
    unittest.main()
