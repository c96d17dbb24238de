#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""differences.py lists what boards differ in, and what no page has."""
import json
import os
import subprocess
import sys
import tempfile
import unittest

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "differences.py")
BOARDS = ["virtual/a", "virtual/b"]
CASES = {"NAME-01": ["pass", "pass-soft"], "NAME-02": ["fail-leak", "fail-leak"],
         "NAME-10/suffix": ["pass", "fail-leak"], "SIG-07": ["pass-soft", "fail-accept"],
         "PSK-03": ["not-applicable", "pass"]}


class Differences(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        run = {"boards": [{"id": board} for board in BOARDS],
               "cases": [{"id": name, "board": board, "verdict": verdict, "severity": "S1",
                          "title": "t", "reason": "because"}
                         for name, verdicts in CASES.items()
                         for board, verdict in zip(BOARDS, verdicts)]}
        with open(os.path.join(self.folder, "run.json"), "w", encoding="utf-8") as stream:
            json.dump(run, stream)

    def run_it(self, *options):
        done = subprocess.run([sys.executable, "-B", SCRIPT, self.folder, *options],
                              capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    def test_lists_cases_with_other_verdicts_and_leaves_out_other_alerts(self):
        code, text = self.run_it()
        self.assertEqual(code, 0)
        self.assertIn("| NAME-10/suffix | S1 | t | . | LEAKS |", text)
        self.assertIn("| SIG-07 | S1 | t | soft | ACCEPTS |", text)
        self.assertIn("2 of 5 cases differ.", text)

    def test_lists_other_alerts_where_they_are_asked_for(self):
        self.assertIn("| NAME-01 | S1 | t | . | soft |", self.run_it("--soft")[1])

    def test_names_what_no_page_has(self):
        with open(os.path.join(self.folder, "page.md"), "w", encoding="utf-8") as stream:
            stream.write("NAME-10: partial wildcards.\n")
        code, text = self.run_it("--pages", self.folder)
        self.assertEqual(code, 1)
        self.assertIn("SIG-07: no page", text)
        self.assertNotIn("NAME-10", text)


if __name__ == "__main__":
    unittest.main()
