/* SPDX-License-Identifier: Apache-2.0 */
/* The program, as a user starts it. */
#include "bench_files.h"
#include "mock_program.h"
#include "test_support.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* Does openssl verify the server's chain and name with the root that the program wrote? */
static bool verifies(const char *port, const char *root, const char *at_time, struct buf *output)
{
    char target[32];
    const char *argv[] = {"openssl",
                          "s_client",
                          "-connect",
                          target,
                          "-CAfile",
                          root,
                          "-verify_return_error",
                          "-verify_hostname",
                          "broker.bench.test",
                          "-servername",
                          "broker.bench.test",
                          "-attime",
                          at_time,
                          NULL};

    snprintf(target, sizeof(target), "127.0.0.1:%s", port);
    if (at_time == NULL)
        argv[11] = NULL;
    return mock_program_run(argv, output).code == 0;
}

static void serves_until_it_is_told_to_stop(void)
{
    static const int signals[] = {SIGTERM, SIGINT};

    for (size_t i = 0; i < 2; i++) {
        struct mock_program p;
        struct buf output;
        char root[PATH_MAX];
        const char *options[] = {"--root-out", mock_program_path("root.pem", root), NULL};
        struct exec_outcome outcome;

        buf_init(&output, OUTPUT_MAX);
        REQUIRE(mock_program_start(&p, options));
        CHECK_STR_EQ(value_text(value_get(p.ready, "host")), "broker.bench.test");
        CHECK_STR_EQ(value_text(value_get(p.ready, "address")), "127.0.0.1");
        CHECK_INT_EQ(value_int(value_get(p.ready, "dns_port")), 0);
        CHECK(verifies(p.port, root, NULL, &output));
        outcome = mock_program_stop(&p, signals[i]);
        CHECK(!outcome.signalled && outcome.code == 0);
        CHECK_STR_CONTAINS(buf_text(&p.output), "\"ev\":\"net.listen\"");
        CHECK_STR_CONTAINS(buf_text(&p.output), "\"ev\":\"tls.established\"");
        CHECK_STR_CONTAINS(buf_text(&p.output), "\"ev\":\"net.close\"");
        mock_program_check_lines(&p.output);
        buf_done(&p.output);
        buf_done(&output);
    }
}

static void stops_in_good_order_in_the_middle_of_a_connection(void)
{
    struct mock_program p;
    const char *options[] = {"--config", NULL, NULL};
    char config[PATH_MAX];
    struct exec_outcome outcome;
    int fd = -1;

    options[1] = mock_program_path("stall.json", config);
    REQUIRE(mock_program_write(config, "{\"net\":{\"stall_after_tx\":0}}"));
    REQUIRE(mock_program_start(&p, options));
    fd = mock_program_connect(p.port);
    REQUIRE(fd >= 0);
    REQUIRE(mock_program_read(p.child.stdout_fd, &p.output, "net.open"));
    outcome = mock_program_stop(&p, SIGTERM);
    CHECK(!outcome.signalled && outcome.code == 0);
    CHECK_STR_CONTAINS(buf_text(&p.output), "\"ev\":\"net.close\",\"conn\":1,\"by\":\"bench\"");
    mock_program_check_lines(&p.output);
    close(fd);
    buf_done(&p.output);
}

static void a_kept_store_keeps_the_root(void)
{
    char store[PATH_MAX];
    char root[PATH_MAX];
    struct buf roots[2];
    struct stat st = {0};
    const char *options[] = {"--store",    mock_program_path("store.pem", store),
                             "--root-out", mock_program_path("root.pem", root),
                             "--events",   "none",
                             NULL};

    for (size_t i = 0; i < 2; i++) {
        struct mock_program p;
        struct assay_error err = {0};

        buf_init(&roots[i], OUTPUT_MAX);
        REQUIRE(mock_program_start(&p, options));
        CHECK_OK(bench_file_read(root, &roots[i], &err));
        CHECK_INT_EQ(mock_program_stop(&p, SIGTERM).code, 0);
        buf_done(&p.output);
        REQUIRE(stat(store, &st) == 0);
        CHECK_UINT_EQ(st.st_mode & 0777, 0600);
    }
    CHECK_STR_CONTAINS(buf_text(&roots[0]), "BEGIN CERTIFICATE");
    CHECK_STR_EQ(buf_text(&roots[0]), buf_text(&roots[1]));
    buf_done(&roots[0]);
    buf_done(&roots[1]);
}

static void serves_at_the_time_that_it_is_given(void)
{
    struct mock_program p;
    struct buf output;
    char root[PATH_MAX];
    char config[PATH_MAX];
    const char *options[] = {"--time",     "2031-01-01T00:00:00Z",
                             "--root-out", mock_program_path("root.pem", root),
                             "--config",   mock_program_path("config.json", config),
                             NULL};

    buf_init(&output, OUTPUT_MAX);
    REQUIRE(mock_program_write(config,
                               "{\"time\":\"+1d\",\"certs\":{\"leaf\":{\"not_before\":\"-1h\"}}}"));
    REQUIRE(mock_program_start(&p, options));
    CHECK(!verifies(p.port, root, "1924992000", &output)); /* 2031-01-01 */
    CHECK(verifies(p.port, root, "1925080000", &output));  /* a day later */
    CHECK_INT_EQ(mock_program_stop(&p, SIGTERM).code, 0);
    buf_done(&p.output);
    buf_done(&output);
}

static void events_can_go_to_a_file(void)
{
    struct mock_program p;
    struct buf events;
    struct buf output;
    struct assay_error err = {0};
    char file[PATH_MAX];
    char root[PATH_MAX];
    const char *options[] = {"--events",    mock_program_path("events.jsonl", file),
                             "--dns-port",  "0",
                             "--sntp-port", "0",
                             "--root-out",  mock_program_path("root.pem", root),
                             NULL};

    buf_init(&events, OUTPUT_MAX);
    buf_init(&output, OUTPUT_MAX);
    REQUIRE(mock_program_start(&p, options));
    CHECK(value_int(value_get(p.ready, "dns_port")) > 0);
    CHECK(value_int(value_get(p.ready, "sntp_port")) > 0);
    CHECK(verifies(p.port, root, NULL, &output));
    CHECK_INT_EQ(mock_program_stop(&p, SIGTERM).code, 0);
    CHECK_STR_CONTAINS(buf_text(&p.output), "ready");
    CHECK(strstr(buf_text(&p.output), "\"ev\"") == NULL);
    CHECK_OK(bench_file_read(file, &events, &err));
    CHECK_STR_CONTAINS(buf_text(&events), "tls.established");
    mock_program_check_lines(&events);
    buf_done(&p.output);
    buf_done(&events);
    buf_done(&output);
}

static void ends_when_nobody_takes_its_events(void)
{
    const char *argv[] = {ASSAY_MOCK_PROGRAM, "--events", "/dev/full", NULL};
    struct buf output;
    struct exec_outcome outcome;

    buf_init(&output, OUTPUT_MAX);
    outcome = mock_program_run(argv, &output);
    CHECK(!outcome.signalled && outcome.code == 3);
    CHECK_STR_CONTAINS(buf_text(&output), "events can no longer be written to /dev/full");
    buf_done(&output);
}

static void says_what_is_wrong_and_ends(void)
{
    static const struct {
        const char *option;
        const char *value;
        const char *file; /* contents of a file whose name is the value; NULL: as it stands */
        int code;
        const char *text;
    } rows[] = {
        {"--port", "70000", NULL, 2, "--port 70000: expected a number from 0 to 65535"},
        {"--port", "8x", NULL, 2, "expected a number"},
        {"--prot", "1", NULL, 2, "--prot: no such option"},
        {"-x", "1", NULL, 2, "no such option"},
        {"--ready-fd", "99", NULL, 3, "descriptor 99"},
        {"--time", "soon", NULL, 2, "--time: "},
        {"--config", "/nonexistent.json", NULL, 2, "/nonexistent.json: no such file"},
        {"--listen", "localhost", NULL, 2, "numeric"},
        {"--listen", "203.0.113.7", NULL, 3, "no interface of this machine"},
        {"--events", "/nonexistent/x", NULL, 3, "cannot write /nonexistent/x"},
        {"--root-out", "/nonexistent/x", NULL, 3, "cannot write /nonexistent/x"},
        {"--config", "a.json", "{\"net\":{\"x\":1}}", 2, "net.x: no such key"},
        {"--config", "b.json", "{\"a\":1,\n\"a\":2}", 2, "b.json:2:"},
        {"--config", "c.json", "{\"time\":1.5}", 2, "time: a number has to be an integer"},
        {"--config", "d.json", "[", 2, "d.json:1:"},
        {"--config", "e.json", "{} x", 2, "e.json:1:"},
        {"--store", "f.pem", "no store", 2, "f.pem"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char path[PATH_MAX];
        const char *argv[] = {ASSAY_MOCK_PROGRAM, rows[i].option, rows[i].value, NULL};
        struct buf output;
        struct exec_outcome outcome;

        buf_init(&output, OUTPUT_MAX);
        if (rows[i].file != NULL) {
            argv[2] = mock_program_path(rows[i].value, path);
            REQUIRE(mock_program_write(path, rows[i].file));
        }
        outcome = mock_program_run(argv, &output);
        test_check(!outcome.signalled && outcome.code == rows[i].code, __FILE__, __LINE__,
                   "%s %s: exit code %d, want %d", rows[i].option, rows[i].value, outcome.code,
                   rows[i].code);
        CHECK_STR_CONTAINS(buf_text(&output), rows[i].text);
        buf_done(&output);
    }
}

static void helps(void)
{
    static const char *const names[] = {"--listen", "--port",     "--time",
                                        "--config", "--root-out", "--store",
                                        "--events", "--ready-fd", "--version"};
    const char *help[] = {ASSAY_MOCK_PROGRAM, "--help", NULL};
    const char *version[] = {ASSAY_MOCK_PROGRAM, "--version", NULL};
    struct buf output;

    buf_init(&output, OUTPUT_MAX);
    CHECK_INT_EQ(mock_program_run(help, &output).code, 0);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        CHECK_STR_CONTAINS(buf_text(&output), names[i]);
    buf_clear(&output);
    CHECK_INT_EQ(mock_program_run(version, &output).code, 0);
    CHECK_STR_CONTAINS(buf_text(&output), "assay-mock ");
    buf_done(&output);
}

static void takes_as_many_descriptors_as_it_may_have(void)
{
    static const char *const options[] = {"--port", "0", NULL};
    struct rlimit ours = {0};
    struct rlimit theirs = {0};
    struct rlimit low = {0};
    struct mock_program p;

    REQUIRE(getrlimit(RLIMIT_NOFILE, &ours) == 0);
    REQUIRE(ours.rlim_max > 100);
    low = (struct rlimit){.rlim_cur = 100, .rlim_max = ours.rlim_max};
    REQUIRE(setrlimit(RLIMIT_NOFILE, &low) == 0);
    CHECK(mock_program_start(&p, options));
    CHECK(prlimit(p.child.pid, RLIMIT_NOFILE, NULL, &theirs) == 0);
    CHECK_UINT_EQ(theirs.rlim_cur, ours.rlim_max);
    (void)mock_program_stop(&p, SIGTERM);
    buf_done(&p.output);
    CHECK(setrlimit(RLIMIT_NOFILE, &ours) == 0);
}

static void does_not_put_a_file_in_the_place_of_a_device(void)
{
    char path[PATH_MAX];
    char got[16] = "";
    struct stat found = {0};
    struct assay_error err = {0};
    struct buf contents;
    int fd = -1;

    snprintf(path, sizeof(path), "%.*s/pipe", PATH_MAX - 8, test_directory());
    REQUIRE(mkfifo(path, 0600) == 0);
    fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC); /* does not wait for the other end */
    REQUIRE(fd >= 0);
    buf_init(&contents, 100);
    CHECK_OK(buf_add_text(&contents, "roots"));
    CHECK_OK(bench_file_write(path, 0644, &contents, &err));
    CHECK(stat(path, &found) == 0 && S_ISFIFO(found.st_mode));
    CHECK_INT_EQ(read(fd, got, sizeof(got)), 5);
    CHECK_STR_EQ(got, "roots");
    close(fd);
    buf_done(&contents);
}

TEST_SUITE(assay_mock, TEST(does_not_put_a_file_in_the_place_of_a_device),
           TEST(takes_as_many_descriptors_as_it_may_have), TEST(serves_until_it_is_told_to_stop),
           TEST(stops_in_good_order_in_the_middle_of_a_connection),
           TEST(a_kept_store_keeps_the_root), TEST(serves_at_the_time_that_it_is_given),
           TEST(events_can_go_to_a_file), TEST(ends_when_nobody_takes_its_events),
           TEST(says_what_is_wrong_and_ends), TEST(helps));
