#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Feeds check_style.py files that break one rule each, and expects the line and the rule."""
import os
import subprocess
import sys
import tempfile
import unittest

CHECKER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "check_style.py")
sys.path.insert(0, os.path.dirname(CHECKER))
import check_style  # pylint: disable=wrong-import-position

SPDX = "/* SPDX-License-Identifier: Apache-2.0 */\n"
KEY = "-----BEGIN EC " + "PRIVATE KEY-----\n" + "MHcCAQEEI" * 6 + "\n-----END"
LATER = "TO" + "DO"  # or this file would break the rule


def c_function(lines, name="grow"):
    return f"static int {name}(int a,\n        int b)\n{{\n" + "    a++;\n" * (lines - 4) + "}\n"


# (path, text, line, rule); line 0: no finding
ROWS = (
    ("base/fine.c", SPDX + c_function(60), 0, ""),
    ("base/long.c", SPDX + c_function(61), 2, "function-length"),
    ("base/second.c", SPDX + c_function(60) + "\n" + c_function(61), 63, "function-length"),
    ("base/struct.c", SPDX + "struct big {\n" + "    int a;\n" * 90 + "};\n", 0, ""),
    ("base/brace.c", SPDX + 'static const char *t = "\\n}";\n' + c_function(61), 3,
     "function-length"),
    ("base/file.c", SPDX + "int a;\n" * 600, 601, "file-length"),
    ("base/edge.c", SPDX + "int a;\n" * 599, 0, ""),
    ("base/table.c", SPDX + "/* style: long table */\n" + "int a;\n" * 700, 0, ""),
    ("base/wide.c", SPDX + "/* " + "x" * 95 + " */\n", 2, "line-length"),
    ("base/rows.c", SPDX + "/* clang-format off */\n" + "x" * 132 + "\n/* clang-format on */\n",
     0, ""),
    ("base/rows2.c", SPDX + "/* clang-format off */\n" + "x" * 133 + "\n", 3, "line-length"),
    ("base/rows3.c", SPDX + "/* clang-format off */\n/* clang-format on */\n" + "x" * 101 + "\n",
     4, "line-length"),
    ("base/nospdx.c", "int a;\n", 1, "spdx"),
    ("cmake/X.cmake", "# nothing\n", 1, "spdx"),
    ("CMakeLists.txt", "project(x)\n", 1, "spdx"),
    (".ci/run", "#!/bin/sh\n", 1, "spdx"),
    ("base/crlf.c", SPDX + "int a;\r\n", 1, "line-end"),
    ("base/end.c", SPDX + "int a;", 2, "line-end"),
    ("base/space.c", SPDX + "int a; \n", 2, "line-end"),
    ("base/string_utils.c", SPDX, 1, "file-name"),
    ("harness/common/a.c", SPDX, 1, "file-name"),
    ("base/utility_bill.c", SPDX, 0, ""),
    ("base/sh.c", SPDX + "\nint a = system(x);\n", 3, "banned-call"),
    ("base/tests/test_sh.c", SPDX + "int a = sprintf (x);\n", 2, "banned-call"),
    ("base/comment.c", SPDX + "/* system(x) */ // system(x)\n", 0, ""),
    ("base/text.c", SPDX + 'const char *a = "system(x)";\n', 0, ""),
    ("base/quote.c", SPDX + "int a = '\"'; int b = system(x); /* \" */\n", 2, "banned-call"),
    ("base/member.c", SPDX + "int a = x->system(y) + x.system(y) + my_system(y);\n", 0, ""),
    ("base/suffix.c", SPDX + "int a = snprintf(x) + gmtime_r(x) + localtime_r(y);\n", 0, ""),
    ("base/sleepy.c", SPDX + "void f(void) { usleep(5); }\n", 2, "banned-call"),
    ("base/parse.c", SPDX + "int a = sscanf(x);\n", 2, "banned-call"),
    ("base/number.c", SPDX + "long a = atol(x);\n", 2, "banned-call"),
    ("base/talk.c", SPDX + "int a = printf(x);\n", 2, "banned-call"),
    ("base/talk2.c", SPDX + "int a = fprintf( stderr, x);\n", 2, "banned-call"),
    ("base/file2.c", SPDX + "int a = fprintf(file, x);\n", 0, ""),
    ("harness/cli/talk.c", SPDX + "int a = printf(x);\n", 0, ""),
    ("mockserver/mock/assay_mock_main.c", SPDX + "int a = printf(x);\n", 0, ""),
    ("mockserver/mqtt/clock.c", SPDX + "long a = time(NULL);\n", 2, "banned-call"),
    ("harness/judge/file.c", SPDX + "void *a = fopen(x);\n", 2, "banned-call"),
    ("harness/judge/tests/test_file.c", SPDX + "void *a = fopen(x);\n", 0, ""),
    ("harness/grade/now.c", SPDX + "long a = monotonic_ns();\n", 2, "banned-call"),
    ("mockserver/dns/io.c", SPDX + "int a = recv(x);\n", 2, "banned-call"),
    ("base/excused.c", SPDX + "/* style-ok: banned-call its result is checked */\n"
     "int a = system(x);\n", 0, ""),
    ("base/unexcused.c", SPDX + "int a = system(x); /* style-ok: banned-call */\n", 2,
     "banned-call"),
    ("base/other.c", SPDX + "int a = system(x); /* style-ok: line-length it is wide */\n", 2,
     "banned-call"),
    ("mockserver/mqtt/net.c", SPDX + "#include <uv.h>\n", 2, "layer"),
    ("mockserver/sntp/net.c", SPDX + "#include <sys/socket.h>\n", 2, "layer"),
    ("mockserver/dns/tls.c", SPDX + "#include <openssl/evp.h>\n", 2, "layer"),
    ("mockserver/net/tls.c", SPDX + '#include "tls/tls.h"\n', 2, "layer"),
    ("mockserver/tls/judge.c", SPDX + '#include "judge/judge.h"\n', 2, "layer"),
    ("mockserver/rogue/ssl.c", SPDX + "#  include <openssl/ssl.h>\n", 2, "layer"),
    ("mockserver/rogue/evp.c", SPDX + "#include <openssl/evp.h>\n", 0, ""),
    ("harness/board/verdict.c", SPDX + '#include "judge/verdict.h"\n', 0, ""),
    ("harness/board/judge.c", SPDX + '#include "judge/judge.h"\n', 2, "layer"),
    ("harness/judge/board.c", SPDX + '#include "board/board.h"\n', 2, "layer"),
    ("harness/run/bytes.c", SPDX + '#include "base/reader.h"\n', 2, "layer"),
    ("base/ssl.c", SPDX + "#include <openssl/ssl.h>\n", 2, "layer"),
    ("mockserver/mqtt/tests/test_net.c", SPDX + "#include <uv.h>\n", 0, ""),
    ("base/later.c", SPDX + f"/* {LATER}: think */\n", 2, "unfinished"),
    ("docs/later.md", f"text\n\n{LATER} think\n", 3, "unfinished"),
    ("docs/links.md", "[a](links.md) [b](https://example.org/x) [c](#here) [d](links.md#x)\n", 0, ""),
    ("docs/dead.md", "text\n[a](gone.md#x)\n", 2, "dead-link"),
    ("base/off.c", SPDX + "#if 0\n#endif\n", 2, "unfinished"),
    ("tests/key.pem", KEY + "\n", 1, "private-key"),
    ("tests/key.c", SPDX + '\nstatic const char k[] = "' + KEY.replace("\n", '\\n"\n"', 1) + '";\n',
     3, "private-key"),
    ("base/marker.c", SPDX + 'const char *a = "-----BEGIN ' + 'PRIVATE KEY-----";\n', 0, ""),
    ("base/include/base/a.h", SPDX + "#ifndef BASE_A_H\n#define BASE_A_H\n#endif\n", 0, ""),
    ("base/include/base/b.h", SPDX + "#ifndef BASE_A_H\n#define BASE_A_H\n#endif\n", 1,
     "header-guard"),
    ("base/include/base/c.h", SPDX + "int a;\n", 1, "header-guard"),
    ("fuzz/corpus/x/utils", "no rule of style  \n", 0, ""),
    ("fuzz/corpus/x/utils", KEY, 1, "private-key"),
)


def check(root, *arguments):
    return subprocess.run([sys.executable, "-B", CHECKER, "--root", root, *arguments],
                          capture_output=True, text=True, check=False)


class CheckStyle(unittest.TestCase):
    def write(self, path, text):
        root = tempfile.TemporaryDirectory()
        self.addCleanup(root.cleanup)
        os.makedirs(os.path.join(root.name, os.path.dirname(path)), exist_ok=True)
        with open(os.path.join(root.name, path), "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
        return root.name

    def test_each_row_is_found_at_its_line(self):
        for path, text, line, rule in ROWS:
            with self.subTest(path=path):
                found = check_style.check_file(self.write(path, text), path)
                if line == 0:
                    self.assertEqual(found, [])
                else:
                    self.assertIn(f"{path}:{line}: {rule}: ", "\n".join(found))

    def test_a_file_that_is_named_is_the_only_one_checked(self):
        root = self.write("base/bad.c", "int a;\n")
        with open(os.path.join(root, "good.c"), "w", encoding="utf-8") as stream:
            stream.write(SPDX)
        self.assertEqual(check(root, "good.c").returncode, 0)
        self.assertEqual(check(root, "base/bad.c").returncode, 1)

    def test_new_files_of_a_repository_are_checked_and_ignored_ones_are_not(self):
        root = self.write("base/bad.c", "int a;\n")
        with open(os.path.join(root, ".gitignore"), "w", encoding="utf-8") as stream:
            stream.write("/base/ignored.c\n")
        with open(os.path.join(root, "base/ignored.c"), "w", encoding="utf-8") as stream:
            stream.write("int a;\n")
        subprocess.run(["git", "init", "-q", root], check=True)
        done = check(root)
        self.assertIn("base/bad.c:1: spdx", done.stdout)
        self.assertNotIn("ignored.c", done.stdout)


class Formatting(unittest.TestCase):
    """check_style.sh itself, over one badly formatted file of this repository's tree."""

    def test_bad_formatting_is_red(self):
        top = os.path.dirname(os.path.dirname(os.path.abspath(CHECKER)))
        with tempfile.NamedTemporaryFile("w", suffix=".c", dir=os.path.join(top, "ci", "tests"),
                                         prefix="badly_formatted_", encoding="utf-8") as bad:
            bad.write(SPDX + "int   a;\n")
            bad.flush()
            name = os.path.relpath(bad.name, top)
            done = subprocess.run([os.path.join(top, "ci", "check_style.sh"), name],
                                  capture_output=True, text=True, check=False)
        if "formatting was not checked" in done.stderr:
            self.skipTest("no clang-format 14")
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn(f"{name}:2: format: ", done.stdout)


if __name__ == "__main__":
    unittest.main()
