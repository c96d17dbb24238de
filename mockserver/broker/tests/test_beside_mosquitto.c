/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The same conversations, held against mosquitto: it says the same, byte by byte, except where the
 * table says why not; and where it says so, it does.
 */
#include "bytes.h"
#include "talks.h"
#include "test_support.h"

#include "base/deadline.h"
#include "base/exec.h"

#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { CLIENTS = 26, START_MS = 10000, ANSWER_MS = 5000, DIFFERENT_ANSWER_MS = 300 };

struct bed {
    struct exec_child child;
    char path[108];
    int fds[CLIENTS]; /* -1: not connected */
    int patience_ms;
};

static bool write_config(const char *path, const char *socket_path)
{
    FILE *f = fopen(path, "w");

    if (f == NULL)
        return false;
    fprintf(f, "listener 0 %s\nallow_anonymous true\nuser root\nlog_dest stderr\n", socket_path);
    return fclose(f) == 0;
}

/* It says "running" when its listeners are open. */
static bool wait_until_it_runs(struct bed *bed)
{
    struct deadline deadline = deadline_in_ms(START_MS);
    struct buf said;
    bool runs = false;

    buf_init(&said, 1 << 16);
    while (!runs && !deadline_passed(&deadline)) {
        struct pollfd fds = {.fd = bed->child.stderr_fd, .events = POLLIN};
        char text[512];
        ssize_t got = 0;

        poll(&fds, 1, deadline_left_ms(&deadline));
        got = read(bed->child.stderr_fd, text, sizeof(text));
        if (got == 0 || (got > 0 && buf_add(&said, text, (size_t)got) != ASSAY_OK))
            break;
        runs = strstr(buf_text(&said), "running") != NULL;
    }
    buf_done(&said);
    return runs;
}

static bool start(struct bed *bed, size_t number)
{
    struct exec_spec spec = exec_spec_default();
    char config[PATH_MAX];
    const char *const argv[] = {"mosquitto", "-c", config, NULL};
    const char *const installed[] = {"/usr/sbin/mosquitto", "-c", config, NULL};
    enum assay_status status = ASSAY_OK;

    snprintf(bed->path, sizeof(bed->path), "%.80s/%zu.sock", test_directory(), number);
    snprintf(config, sizeof(config), "%s/%zu.conf", test_directory(), number);
    for (size_t i = 0; i < CLIENTS; i++)
        bed->fds[i] = -1;
    if (!CHECK(write_config(config, bed->path)))
        return false;
    spec.argv = argv;
    status = exec_start(&spec, &bed->child, NULL);
    spec.argv = installed; /* not in the PATH of a user */
    if (status == ASSAY_ERR_NOT_FOUND)
        status = exec_start(&spec, &bed->child, NULL);
    if (status == ASSAY_ERR_NOT_FOUND)
        test_skip("mosquitto is not installed");
    CHECK_OK(status);
    return status == ASSAY_OK && CHECK(wait_until_it_runs(bed));
}

static void stop(struct bed *bed)
{
    enum { GRACE_MS = 2000 };

    for (size_t i = 0; i < CLIENTS; i++)
        if (bed->fds[i] >= 0)
            close(bed->fds[i]);
    exec_kill(&bed->child, GRACE_MS);
}

static int connect_to(const struct bed *bed)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    memcpy(address.sun_path, bed->path, sizeof(address.sun_path));
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
        return fd;
    close(fd);
    return -1;
}

static bool says(struct bed *bed, size_t client, const struct buf *bytes)
{
    if (bed->fds[client] < 0)
        bed->fds[client] = connect_to(bed);
    return send(bed->fds[client], bytes->data, bytes->len, MSG_NOSIGNAL) == (ssize_t)bytes->len;
}

/* The next len bytes; fewer at the end of the connection or of our patience. */
static size_t hear(const struct bed *bed, size_t client, uint8_t *bytes, size_t len)
{
    struct deadline deadline = deadline_in_ms((uint64_t)bed->patience_ms);
    size_t have = 0;

    while (have < len && !deadline_passed(&deadline)) {
        struct pollfd fds = {.fd = bed->fds[client], .events = POLLIN};
        ssize_t got = 0;

        if (poll(&fds, 1, deadline_left_ms(&deadline)) <= 0)
            break;
        got = recv(bed->fds[client], bytes + have, len - have, MSG_DONTWAIT);
        if (got <= 0)
            break;
        have += (size_t)got;
    }
    return have;
}

static bool hears(const struct bed *bed, size_t client, const struct buf *bytes)
{
    uint8_t got[1024];
    size_t have = hear(bed, client, got, bytes->len < sizeof(got) ? bytes->len : sizeof(got));

    return have == bytes->len && memcmp(got, bytes->data, have) == 0;
}

static bool hung_up_on(const struct bed *bed, size_t client)
{
    struct pollfd fds = {.fd = bed->fds[client], .events = POLLIN};
    uint8_t byte = 0;

    return poll(&fds, 1, bed->patience_ms) == 1 && recv(bed->fds[client], &byte, 1, 0) <= 0;
}

static bool follow(struct bed *bed, const struct talk_line *line)
{
    size_t client = (size_t)(line->client - 'a');
    struct buf bytes;
    bool agrees = true;

    buf_init(&bytes, 1 << 16);
    bytes_add(&bytes, line->bytes);
    if (line->verb == TALK_SAYS)
        agrees = says(bed, client, &bytes);
    else if (line->verb == TALK_HEARS)
        agrees = hears(bed, client, &bytes);
    else if (line->verb == TALK_HUNG_UP_ON)
        agrees = hung_up_on(bed, client);
    if (line->verb == TALK_HUNG_UP_ON || line->verb == TALK_VANISHES) {
        close(bed->fds[client]);
        bed->fds[client] = -1;
    }
    buf_done(&bytes);
    return agrees;
}

static void hold(const struct talk *talk, size_t number)
{
    struct bed bed = {.patience_ms = talk->differs == NULL ? ANSWER_MS : DIFFERENT_ANSWER_MS};
    struct talk_line line;
    const char *at = talk->script;
    bool agrees = true;

    REQUIRE(start(&bed, number));
    while (agrees && talk_next(&at, &line))
        agrees = follow(&bed, &line);
    stop(&bed);
    if (agrees && talk->differs != NULL)
        test_check(false, __FILE__, __LINE__, "%s: mosquitto agrees by now", talk->name);
    if (!agrees && talk->differs == NULL)
        test_check(false, __FILE__, __LINE__, "%s: mosquitto does not do \"%c%s\"", talk->name,
                   line.client, line.bytes);
}

static void mosquitto_says_the_same_except_where_the_table_says_why_not(void)
{
    for (size_t i = 0; i < talk_count; i++)
        if (strchr(talks[i].script, '+') == NULL || talks[i].differs == NULL ||
            strstr(talks[i].differs, "once a") == NULL)
            hold(&talks[i], i);
}

TEST_SUITE(beside_mosquitto, TEST(mosquitto_says_the_same_except_where_the_table_says_why_not));
