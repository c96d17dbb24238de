/* SPDX-License-Identifier: Apache-2.0 */
/* The program, as a user starts it. */
#include "base/deadline.h"
#include "base/exec.h"
#include "bench_files.h"
#include "json_value.h"
#include "program_options.h"
#include "test_support.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATIENCE_MS = 20000, MAX_ARGS = 24, OUTPUT_MAX = 4 << 20 };

/* A running assay-mock. */
struct program {
    struct exec_child child;
    struct value *ready; /* the line that it prints first */
    struct buf output;   /* what it printed after that */
    char port[8];
};

static const char *path_in(const char *name, char path[static PATH_MAX])
{
    snprintf(path, PATH_MAX, "%s/%s", test_directory(), name);
    return path;
}

static bool write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    return file != NULL && fputs(text, file) >= 0 && fclose(file) == 0;
}

/* Append what arrives until `until` stands in the text (NULL: to the end). */
static bool read_until(int fd, struct buf *text, const char *until)
{
    struct deadline deadline = deadline_in_ms(PATIENCE_MS);
    char data[4096];

    while (until == NULL || strstr(buf_text(text), until) == NULL) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        ssize_t got = 0;

        if (poll(&wait, 1, deadline_left_ms(&deadline)) <= 0)
            return false;
        got = read(fd, data, sizeof(data));
        if (got < 0 && errno == EAGAIN)
            continue;
        if (got <= 0)
            return until == NULL;
        if (buf_add(text, data, (size_t)got) != ASSAY_OK)
            return false;
    }
    return true;
}

static bool start(struct program *p, const char *const *options)
{
    const char *argv[MAX_ARGS] = {ASSAY_MOCK_PROGRAM};
    struct exec_spec spec = exec_spec_default();
    struct assay_error err = {0};
    const char *newline = NULL;
    const char *ready = NULL;

    *p = (struct program){0};
    buf_init(&p->output, OUTPUT_MAX);
    for (size_t i = 0; options[i] != NULL; i++)
        argv[i + 1] = options[i];
    spec.argv = argv;
    spec.stderr_fd = STDERR_FILENO;
    if (exec_start(&spec, &p->child, &err) != ASSAY_OK)
        return false;
    if (!read_until(p->child.stdout_fd, &p->output, "\"ready\":true") ||
        !read_until(p->child.stdout_fd, &p->output, "\n"))
        return false;
    ready = strstr(buf_text(&p->output), "{\"ready\"");
    newline = ready != NULL ? strchr(ready, '\n') : NULL;
    if (newline == NULL ||
        json_value_parse("ready", ready, (size_t)(newline - ready), &p->ready, &err) != ASSAY_OK)
        return false;
    snprintf(p->port, sizeof(p->port), "%d", (int)value_int(value_get(p->ready, "port")));
    return true;
}

static struct exec_outcome stop(struct program *p, int signal_number)
{
    struct exec_outcome outcome = {.signalled = true};
    struct pollfd wait = {.fd = p->child.pid_fd, .events = POLLIN};

    kill(p->child.pid, signal_number);
    CHECK(read_until(p->child.stdout_fd, &p->output, NULL));
    CHECK(poll(&wait, 1, PATIENCE_MS) == 1);
    CHECK_OK(exec_reap(&p->child, &outcome));
    value_free(p->ready);
    return outcome;
}

static int connect_to(const char *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)strtoul(port, NULL, 10)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static struct exec_outcome run(const char *const *argv, struct buf *output)
{
    struct exec_spec spec = exec_spec_default();
    struct exec_outcome outcome = {.signalled = true};
    struct assay_error err = {0};
    enum assay_status status = ASSAY_OK;

    spec.argv = argv;
    status = exec_run(&spec, deadline_in_ms(PATIENCE_MS), output, &outcome, &err);
    if (status == ASSAY_ERR_NOT_FOUND)
        test_skip(err.text);
    CHECK_OK(status);
    return outcome;
}

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
    return run(argv, output).code == 0;
}

static void check_lines(const struct buf *text)
{
    const char *at = buf_text(text);

    for (const char *newline = NULL; (newline = strchr(at, '\n')) != NULL; at = newline + 1) {
        struct value *v = NULL;
        struct assay_error err = {0};
        enum assay_status status = json_value_parse("line", at, (size_t)(newline - at), &v, &err);

        test_check(status == ASSAY_OK, __FILE__, __LINE__, "%.*s: %s", (int)(newline - at), at,
                   err.text);
        value_free(v);
    }
    CHECK_UINT_EQ(strlen(at), 0); /* ends with a whole line */
}

static void serves_until_it_is_told_to_stop(void)
{
    static const int signals[] = {SIGTERM, SIGINT};

    for (size_t i = 0; i < 2; i++) {
        struct program p;
        struct buf output;
        char root[PATH_MAX];
        const char *options[] = {"--root-out", path_in("root.pem", root), NULL};
        struct exec_outcome outcome;

        buf_init(&output, OUTPUT_MAX);
        REQUIRE(start(&p, options));
        CHECK_STR_EQ(value_text(value_get(p.ready, "host")), "broker.bench.test");
        CHECK_STR_EQ(value_text(value_get(p.ready, "address")), "127.0.0.1");
        CHECK_INT_EQ(value_int(value_get(p.ready, "dns_port")), 0);
        CHECK(verifies(p.port, root, NULL, &output));
        outcome = stop(&p, signals[i]);
        CHECK(!outcome.signalled && outcome.code == 0);
        CHECK_STR_CONTAINS(buf_text(&p.output), "\"ev\":\"net.listen\"");
        CHECK_STR_CONTAINS(buf_text(&p.output), "\"ev\":\"tls.established\"");
        CHECK_STR_CONTAINS(buf_text(&p.output), "\"ev\":\"net.close\"");
        check_lines(&p.output);
        buf_done(&p.output);
        buf_done(&output);
    }
}

static void stops_in_good_order_in_the_middle_of_a_connection(void)
{
    struct program p;
    const char *options[] = {"--config", NULL, NULL};
    char config[PATH_MAX];
    struct exec_outcome outcome;
    int fd = -1;

    options[1] = path_in("stall.json", config);
    REQUIRE(write_file(config, "{\"net\":{\"stall_after_tx\":0}}"));
    REQUIRE(start(&p, options));
    fd = connect_to(p.port);
    REQUIRE(fd >= 0);
    REQUIRE(read_until(p.child.stdout_fd, &p.output, "net.open"));
    outcome = stop(&p, SIGTERM);
    CHECK(!outcome.signalled && outcome.code == 0);
    CHECK_STR_CONTAINS(buf_text(&p.output), "\"ev\":\"net.close\",\"conn\":1,\"by\":\"bench\"");
    check_lines(&p.output);
    close(fd);
    buf_done(&p.output);
}

static void a_kept_store_keeps_the_root(void)
{
    char store[PATH_MAX];
    char root[PATH_MAX];
    struct buf roots[2];
    struct stat st = {0};
    const char *options[] = {"--store",    path_in("store.pem", store),
                             "--root-out", path_in("root.pem", root),
                             "--events",   "none",
                             NULL};

    for (size_t i = 0; i < 2; i++) {
        struct program p;
        struct assay_error err = {0};

        buf_init(&roots[i], OUTPUT_MAX);
        REQUIRE(start(&p, options));
        CHECK_OK(bench_file_read(root, &roots[i], &err));
        CHECK_INT_EQ(stop(&p, SIGTERM).code, 0);
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
    struct program p;
    struct buf output;
    char root[PATH_MAX];
    char config[PATH_MAX];
    const char *options[] = {
        "--time",   "2031-01-01T00:00:00Z",         "--root-out", path_in("root.pem", root),
        "--config", path_in("config.json", config), NULL};

    buf_init(&output, OUTPUT_MAX);
    REQUIRE(write_file(config, "{\"time\":\"+1d\",\"certs\":{\"leaf\":{\"not_before\":\"-1h\"}}}"));
    REQUIRE(start(&p, options));
    CHECK(!verifies(p.port, root, "1924992000", &output)); /* 2031-01-01 */
    CHECK(verifies(p.port, root, "1925080000", &output));  /* a day later */
    CHECK_INT_EQ(stop(&p, SIGTERM).code, 0);
    buf_done(&p.output);
    buf_done(&output);
}

static void events_can_go_to_a_file(void)
{
    struct program p;
    struct buf events;
    struct buf output;
    struct assay_error err = {0};
    char file[PATH_MAX];
    char root[PATH_MAX];
    const char *options[] = {
        "--events",   path_in("events.jsonl", file), "--dns-port", "0", "--sntp-port", "0",
        "--root-out", path_in("root.pem", root),     NULL};

    buf_init(&events, OUTPUT_MAX);
    buf_init(&output, OUTPUT_MAX);
    REQUIRE(start(&p, options));
    CHECK(value_int(value_get(p.ready, "dns_port")) > 0);
    CHECK(value_int(value_get(p.ready, "sntp_port")) > 0);
    CHECK(verifies(p.port, root, NULL, &output));
    CHECK_INT_EQ(stop(&p, SIGTERM).code, 0);
    CHECK_STR_CONTAINS(buf_text(&p.output), "ready");
    CHECK(strstr(buf_text(&p.output), "\"ev\"") == NULL);
    CHECK_OK(bench_file_read(file, &events, &err));
    CHECK_STR_CONTAINS(buf_text(&events), "tls.established");
    check_lines(&events);
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
    outcome = run(argv, &output);
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
            argv[2] = path_in(rows[i].value, path);
            REQUIRE(write_file(path, rows[i].file));
        }
        outcome = run(argv, &output);
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
    CHECK_INT_EQ(run(help, &output).code, 0);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        CHECK_STR_CONTAINS(buf_text(&output), names[i]);
    buf_clear(&output);
    CHECK_INT_EQ(run(version, &output).code, 0);
    CHECK_STR_CONTAINS(buf_text(&output), "assay-mock ");
    buf_done(&output);
}

static void takes_as_many_descriptors_as_it_may_have(void)
{
    static const char *const options[] = {"--port", "0", NULL};
    struct rlimit ours = {0};
    struct rlimit theirs = {0};
    struct rlimit low = {0};
    struct program p;

    REQUIRE(getrlimit(RLIMIT_NOFILE, &ours) == 0);
    REQUIRE(ours.rlim_max > 100);
    low = (struct rlimit){.rlim_cur = 100, .rlim_max = ours.rlim_max};
    REQUIRE(setrlimit(RLIMIT_NOFILE, &low) == 0);
    CHECK(start(&p, options));
    CHECK(prlimit(p.child.pid, RLIMIT_NOFILE, NULL, &theirs) == 0);
    CHECK_UINT_EQ(theirs.rlim_cur, ours.rlim_max);
    (void)stop(&p, SIGTERM);
    buf_done(&p.output);
    CHECK(setrlimit(RLIMIT_NOFILE, &ours) == 0);
}

TEST_SUITE(assay_mock, TEST(takes_as_many_descriptors_as_it_may_have),
           TEST(serves_until_it_is_told_to_stop),
           TEST(stops_in_good_order_in_the_middle_of_a_connection),
           TEST(a_kept_store_keeps_the_root), TEST(serves_at_the_time_that_it_is_given),
           TEST(events_can_go_to_a_file), TEST(ends_when_nobody_takes_its_events),
           TEST(says_what_is_wrong_and_ends), TEST(helps));
