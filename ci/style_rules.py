# SPDX-License-Identifier: Apache-2.0
"""The tables of check_style.py. Paths are patterns of fnmatch from the root of the repository."""
import fnmatch
import re

MAX_FILE_LINES = 600
MAX_FUNCTION_LINES = 60
MAX_COLUMNS = 100
MAX_TABLE_COLUMNS = 132  # between "clang-format off" and "clang-format on"
LONG_TABLE_MARK = "style: long table"
LENGTH_KINDS = (".c", ".h", ".lua", ".py", ".sh", ".cmake", "CMakeLists.txt")
SPDX_KINDS = (".c", ".h", ".lua", ".py", ".sh", ".cmake", "CMakeLists.txt", ".yaml", ".yml", ".ino")
SKIPPED_FOLDERS = (".git", "build", "runs", "__pycache__")

EMPTY_NAMES = ("util", "utils", "misc", "common", "helper", "helpers", "stuff")

# style-ok: unfinished this is the list of the words
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK|WIP)\b|not (yet )?implemented")
PRIVATE_KEY = re.compile(
    r'-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----(?:\\n|["\s])*[A-Za-z0-9+/]{40}')

# Files that others wrote, or that exist to be wrong.
EXEMPT = ("fuzz/corpus/*", "LICENSE")


def is_exempt(path):
    return any(fnmatch.fnmatchcase(path, pattern) for pattern in EXEMPT)


# Where a row applies: "*" everywhere, tests included; else code of the rooms named, tests not.
EVERYWHERE = ("*",)
LIBRARY_ROOMS = ("base/*", "mockserver/*", "harness/*")
PROGRAMS = ("*main.c", "harness/cli/*")
PURE_ROOMS = ("harness/judge/*", "harness/grade/*")
CORES = ("mockserver/mqtt/*", "mockserver/broker/*", "mockserver/face/*", "mockserver/websocket/*",
         "mockserver/wwep/*", "mockserver/dns/*", "mockserver/sntp/*",
         "mockserver/http/*", "mockserver/revocation/*", "mockserver/tls/*", "mockserver/rogue/*",
         "mockserver/pki/*", "mockserver/clock/*", "harness/flash/flash_loader*")


def applies(patterns, path, is_test):
    if patterns == EVERYWHERE:
        return True
    if is_test:
        return False
    if patterns == LIBRARY_ROOMS and any(fnmatch.fnmatchcase(path, p) for p in PROGRAMS):
        return False
    return any(fnmatch.fnmatchcase(path, p) for p in patterns)


# (where, names as regular expressions, what to do instead)
BANNED_CALLS = (
    (EVERYWHERE, ("system", "popen"), "no shell: base/exec.h takes an argv"),
    (EVERYWHERE, ("v?sprintf", "strcpy", "strcat", "stpcpy", "strncpy", "strncat", "gets"),
     "unbounded or not terminated: struct buf, snprintf or memcpy"),
    (EVERYWHERE, ("strtok", "gmtime", "localtime", "asctime", "ctime", "strerror_l"),
     "keeps state that others share: the _r function or a reader"),
    (EVERYWHERE, ("ato[ifl]l?", "v?f?s?scanf"), "cannot report an error: strtol and friends"),
    (EVERYWHERE, ("alloca", "setjmp", "longjmp", "vfork"), "not in this code"),
    (EVERYWHERE, ("tmpnam", "tempnam", "mktemp"), "a race: mkstemp or mkdtemp"),
    (EVERYWHERE, ("u?sleep", "nanosleep", "clock_nanosleep"),
     "wait for the event, with a deadline"),
    (EVERYWHERE, ("s?rand", "random", "drand48"), "RAND_bytes, or a seeded generator of a test"),
    (LIBRARY_ROOMS, ("v?printf", r"v?fprintf(?=\s*\(\s*std(?:err|out))", "puts", "putchar",
                     "perror", "exit", "abort"),
     "library code neither prints nor exits; harness/cli and main.c do"),
    (LIBRARY_ROOMS, ("time", "gettimeofday"), "time is an input; base/deadline.h, clock/"),
    (PURE_ROOMS, ("fopen", "fdopen", "fread", "fwrite", "v?fprintf", "fputs", "open", "read",
                  "write", "getenv", "clock_gettime", "monotonic_ns", "deadline_in_ms"),
     "judging and grading are pure functions"),
    (CORES, ("fopen", "open", "socket", "connect", "send", "recv", "read", "write", "poll",
             "clock_gettime", "monotonic_ns"),
     "a protocol core: bytes in, bytes and events out"),
)

SOCKETS = ("uv.h", "sys/socket.h", "netinet/*", "arpa/inet.h", "netdb.h", "sys/un.h", "poll.h",
           "sys/epoll.h", "sys/select.h")
OPENSSL = ("openssl/*",)
HARNESS = ("judge/*", "grade/*", "board/*", "scenario/*", "run/*", "store/*", "flash/*",
           "serial/*", "trust/*", "identity/*", "cli/*")
SERVERS = ("mock/*", "net/*", "tls/*", "rogue/*", "mqtt/*", "http/*", "wwep/*", "sntp/*", "dns/*",
           "revocation/*")

# (where, forbidden headers, exceptions, why): the dependency table of ARCHITECTURE.md. Rooms that
# a CMakeLists.txt does not list are not on the include path anyhow; this is for the system's
# headers and for those who would list one.
FORBIDDEN_INCLUDES = (
    ("base/*", OPENSSL + SOCKETS + HARNESS + SERVERS + ("lua*", "jansson.h", "sqlite3.h",
                                                        "cyaml/*", "pki/*", "clock/*"),
     ("poll.h",), "base stands on libc alone"),
    ("mockserver/*", HARNESS, (), "servers know no boards and no verdicts"),
    ("mockserver/pki/*", SOCKETS + SERVERS + ("openssl/ssl.h", "fcntl.h", "unistd.h"),
     ("arpa/inet.h",), "libcrypto only; no files, no sockets"),
    ("mockserver/clock/*", SOCKETS + SERVERS + OPENSSL + ("unistd.h",), (), "arithmetic only"),
    ("mockserver/tls/*", SOCKETS + ("mqtt/*", "net/*", "mock/*", "http/*", "rogue/*"), (),
     "sans-I/O, and knows no protocol above it"),
    ("mockserver/rogue/*", SOCKETS + ("openssl/ssl.h", "tls/*", "net/*", "mock/*"), (),
     "our own TLS server over libcrypto"),
    ("mockserver/mqtt/*", SOCKETS + OPENSSL + ("tls/*", "net/*", "mock/*", "pki/*"), (),
     "bytes in, bytes and events out"),
    ("mockserver/broker/*", SOCKETS + OPENSSL + ("tls/*", "net/*", "mock/*", "pki/*", "websocket/*"),
     (), "bytes in, bytes and events out"),
    ("mockserver/face/*", SOCKETS + ("openssl/ssl.h", "tls/*", "net/*", "mock/*", "pki/*",
                                     "broker/*", "websocket/*"), (),
     "bytes in, rulings and events out"),
    ("mockserver/websocket/*", SOCKETS + ("openssl/ssl.h", "mqtt/*", "broker/*", "tls/*", "net/*",
                                          "mock/*", "pki/*"), (),
     "bytes in, bytes and events out"),
    ("mockserver/wwep/*", SOCKETS + OPENSSL + ("tls/*", "net/*", "mock/*", "pki/*"), (),
     "bytes in, bytes and events out"),
    ("mockserver/dns/*", SOCKETS + OPENSSL + ("tls/*", "net/*", "mock/*", "pki/*"), (),
     "bytes in, bytes and events out"),
    ("mockserver/sntp/*", SOCKETS + OPENSSL + ("tls/*", "net/*", "mock/*", "pki/*"), (),
     "bytes in, bytes and events out"),
    ("mockserver/net/*", OPENSSL + ("tls/*", "mqtt/*", "dns/*", "sntp/*", "http/*", "mock/*"), (),
     "moves bytes and never looks into them"),
    ("harness/board/*", SERVERS + ("pki/*", "judge/*", "grade/*", "scenario/*", "run/*", "store/*"),
     ("judge/verdict.h",), "a board knows no servers, scenarios or verdicts"),
    ("harness/serial/*", SERVERS + OPENSSL + ("judge/*", "board/*", "flash/*", "run/*", "scenario/*"),
     (), "a line carries bytes and does not look into them"),
    ("harness/flash/*", SERVERS + ("pki/*", "judge/*", "board/*", "scenario/*", "run/*", "store/*"),
     ("judge/verdict.h",), "a flash session knows a line and an image, not the board around them"),
    ("harness/scenario/*", SOCKETS + SERVERS + OPENSSL + ("board/*", "run/*"), (),
     "a script builds a description; the runner acts"),
    ("harness/judge/*", SOCKETS + SERVERS + OPENSSL + ("board/*", "run/*", "store/*", "scenario/*",
                                                       "unistd.h", "fcntl.h", "sys/stat.h"), (),
     "judging is a pure function of a transcript"),
    ("harness/grade/*", SOCKETS + SERVERS + OPENSSL + ("board/*", "run/*", "scenario/*",
                                                       "unistd.h", "fcntl.h", "sys/stat.h"), (),
     "grading is a pure function of results"),
    ("harness/run/*", ("base/reader.h", "base/writer.h"), (), "orchestration parses no bytes"),
    ("harness/cli/*", ("base/reader.h", "base/writer.h"), (), "sub-commands parse no bytes"),
    ("reports/*", SERVERS + ("libserialport.h", "board/*", "run/*", "scenario/*"), (),
     "reports read the run's folder"),
)
