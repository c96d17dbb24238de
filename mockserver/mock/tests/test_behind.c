/* SPDX-License-Identifier: Apache-2.0 */
/* A real mosquitto behind the mock: clients, conversations byte by byte, faults, its end. */
#include "bytes.h"
#include "mock_bed.h"
#include "talks.h"
#include "test_support.h"

#include "json_value.h"
#include "mock/description.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define ALL   "\"versions\":[\"3.1\",\"3.1.1\",\"5.0\"],\"behind\":\"mosquitto\""
#define PLAIN "{\"service\":\"mqtt\",\"mqtt\":{" ALL "}}"

static bool start(struct mock_bed *bed, const char *json)
{
    char version[MOCK_VERSION_TEXT];

    if (mock_find_mosquitto(version, NULL) != ASSAY_OK)
        test_skip("mosquitto is not installed");
    /* Its folder is in this test's own. */
    setenv("TMPDIR", test_directory(), 1);
    return CHECK(mock_bed_open(bed)) && CHECK(mock_bed_start(bed, json));
}

#define RUN(bed, ...) mock_bed_run(bed, (const char *const[]){__VA_ARGS__, NULL})

/* ---- clients ---- */

static bool any_is_open(void *ctx)
{
    const struct mock_bed *bed = ctx;

    return mock_open_connections(bed->mock) > 0;
}

static bool none_is_open(void *ctx)
{
    return !any_is_open(ctx);
}

static size_t packets(const struct mock_bed *bed, const char *dir, const char *type)
{
    const struct event *e = NULL;
    size_t count = 0;

    for (size_t i = 0; (e = mock_bed_event(bed, EV_MQTT_PACKET, i)) != NULL; i++)
        count += strcmp(event_get_text(e, "dir"), dir) == 0 &&
                 strcmp(event_get_text(e, "type"), type) == 0;
    return count;
}

static void a_retained_message_goes_through_in_every_version_and_quality_over_tls(void)
{
    static const char *const versions[] = {"mqttv31", "mqttv311", "mqttv5"};
    static const char *const qualities[] = {"0", "1", "2"};
    struct mock_bed bed;

    REQUIRE(start(&bed, "{\"time\":\"now\",\"mqtt\":{" ALL "}}"));
    mock_bed_use_real_time(&bed);
    mock_stop(bed.mock); /* certificates of the machine's time */
    REQUIRE(mock_bed_start(&bed, "{\"mqtt\":{" ALL "}}"));
    for (size_t i = 0; i < 9; i++) {
        const char *version = versions[i / 3];
        const char *quality = qualities[i % 3];
        char word[16];

        snprintf(word, sizeof(word), "word-%zu", i);
        CHECK(RUN(&bed, "mosquitto_pub", "-p", bed.port, "--cafile", bed.root_file, "--insecure",
                  "-V", version, "-q", quality, "-r", "-t", word, "-m", word, "-u", "me", "-P",
                  "secret"));
        CHECK_INT_EQ(bed.exit_code, 0);
        CHECK(RUN(&bed, "mosquitto_sub", "-p", bed.port, "--cafile", bed.root_file, "--insecure",
                  "-V", version, "-q", quality, "-t", word, "-C", "1", "-W", "10", "-F",
                  "%q %r %p"));
        CHECK_STR_CONTAINS(bed.output, word);
        CHECK_INT_EQ(bed.output[0], quality[0]);
        CHECK_INT_EQ(bed.output[2], '1');
    }
    CHECK_UINT_EQ(packets(&bed, "rx", "CONNECT"), 18);
    CHECK_UINT_EQ(packets(&bed, "tx", "CONNACK"), 18);
    CHECK_UINT_EQ(packets(&bed, "rx", "PUBLISH"), 9);
    CHECK_UINT_EQ(packets(&bed, "tx", "PUBLISH"), 9);
    CHECK_UINT_EQ(packets(&bed, "tx", "PUBCOMP"), 3);
    CHECK_UINT_EQ(mock_bed_count(&bed, EV_MQTT_PUBLISH), 9);
    CHECK_STR_CONTAINS(event_get_text(mock_bed_event(&bed, EV_MQTT_BEHIND, 0), "program"),
                       "mosquitto");
    mock_bed_close(&bed);
}

/* ---- conversations ---- */

enum { CLIENTS = 26 };

struct hearing {
    int fd;
    size_t want, have;
    uint8_t bytes[1024];
    bool ended;
};

static bool has_heard(void *ctx)
{
    struct hearing *h = ctx;
    ssize_t got = recv(h->fd, h->bytes + h->have, h->want - h->have, MSG_DONTWAIT);

    if (got > 0)
        h->have += (size_t)got;
    h->ended = got == 0 && h->want > h->have;
    return h->have == h->want || h->ended;
}

static bool has_ended(void *ctx)
{
    struct hearing *h = ctx;
    uint8_t byte = 0;

    ssize_t got = recv(h->fd, &byte, 1, MSG_DONTWAIT);

    h->ended = got == 0 || (got < 0 && errno == ECONNRESET);
    return h->ended;
}

static bool hears(struct mock_bed *bed, int fd, const struct buf *bytes)
{
    struct hearing h = {.fd = fd, .want = bytes->len};

    return h.want <= sizeof(h.bytes) && mock_bed_wait(bed, has_heard, &h) && h.have == h.want &&
           memcmp(h.bytes, bytes->data, h.have) == 0;
}

static bool follow(struct mock_bed *bed, int *fds, const struct talk_line *line)
{
    int *fd = &fds[line->client - 'a'];
    struct hearing h = {0};
    struct buf bytes;
    bool agrees = true;

    if (*fd < 0)
        *fd = mock_bed_connect(bed);
    h.fd = *fd;
    buf_init(&bytes, 1 << 16);
    bytes_add(&bytes, line->bytes);
    if (line->verb == TALK_SAYS)
        agrees = send(*fd, bytes.data, bytes.len, MSG_NOSIGNAL) == (ssize_t)bytes.len;
    else if (line->verb == TALK_HEARS)
        agrees = hears(bed, *fd, &bytes);
    else if (line->verb == TALK_HUNG_UP_ON)
        agrees = mock_bed_wait(bed, has_ended, &h);
    if (line->verb == TALK_HUNG_UP_ON || line->verb == TALK_VANISHES) {
        close(*fd);
        *fd = -1;
    }
    buf_done(&bytes);
    return agrees;
}

static void hold(const struct talk *talk)
{
    struct mock_bed bed;
    struct talk_line line;
    const char *at = talk->script;
    int fds[CLIENTS];
    bool agrees = true;

    for (size_t i = 0; i < CLIENTS; i++)
        fds[i] = -1;
    REQUIRE(start(&bed, PLAIN));
    while (agrees && talk_next(&at, &line))
        agrees = follow(&bed, fds, &line);
    if (!agrees)
        test_check(false, __FILE__, __LINE__, "%s: not \"%c%s\"", talk->name, line.client,
                   line.bytes);
    for (size_t i = 0; i < CLIENTS; i++)
        if (fds[i] >= 0)
            close(fds[i]);
    CHECK(mock_bed_wait(&bed, none_is_open, &bed));
    mock_bed_close(&bed);
}

static void a_client_meets_mosquitto_itself_byte_by_byte(void)
{
    for (size_t i = 0; i < talk_count; i++)
        if (talks[i].differs == NULL)
            hold(&talks[i]);
}

/* ---- WebSocket ---- */

static const char upgrade[] =
    "GET /mqtt HTTP/1.1\r\nHost: b\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Protocol: mqtt\r\n\r\n"
    "\x82\x8f\0\0\0\0\x10\x0d\0\4MQTT\4\2\0\x3c\0\1a" /* CONNECT */
    "\x82\x82\0\0\0\0\xc0\0";                         /* PINGREQ */

static bool pong_has_come(void *ctx)
{
    struct hearing *h = ctx;
    ssize_t got = recv(h->fd, h->bytes + h->have, sizeof(h->bytes) - h->have, MSG_DONTWAIT);

    if (got > 0)
        h->have += (size_t)got;
    return memmem(h->bytes, h->have, "\xd0\0", 2) != NULL;
}

static void websocket_frames_end_at_the_mock(void)
{
    struct mock_bed bed;
    struct hearing h = {0};

    REQUIRE(start(&bed, "{\"service\":\"ws\",\"mqtt\":{" ALL "}}"));
    h.fd = mock_bed_connect(&bed);
    CHECK(send(h.fd, upgrade, sizeof(upgrade) - 1, 0) == sizeof(upgrade) - 1);
    CHECK(mock_bed_wait(&bed, pong_has_come, &h));
    CHECK(strncmp((const char *)h.bytes, "HTTP/1.1 101 ", 13) == 0);
    /* A frame each, though they may have come from mosquitto in one piece. */
    CHECK(memmem(h.bytes, h.have, "\x82\x04\x20\x02\0\0\x82\x02\xd0\0", 10) != NULL);
    CHECK_UINT_EQ(packets(&bed, "tx", "PINGRESP"), 1);
    close(h.fd);
    mock_bed_close(&bed);
}

/* ---- faults and settings ---- */

static void faults_meet_the_packets_of_mosquitto(void)
{
    const struct event *said = NULL;
    const struct event *sent = NULL;
    struct mock_bed bed;

    REQUIRE(start(&bed, "{\"service\":\"mqtt\",\"mqtt\":{" ALL
                        ",\"faults\":[\"delay PUBACK by=300\",\"duplicate SUBACK\"]}}"));
    CHECK(RUN(&bed, "mosquitto_pub", "-p", bed.port, "-q", "1", "-t", "t", "-m", "x"));
    CHECK_INT_EQ(bed.exit_code, 0);
    said = mock_bed_event_where(&bed, EV_MQTT_FAULT, "fault", "delay");
    sent = mock_bed_event_where(&bed, EV_MQTT_PACKET, "type", "PUBACK");
    REQUIRE(said != NULL && sent != NULL);
    CHECK(sent->t_ns - said->t_ns >= UINT64_C(299000000));
    CHECK(RUN(&bed, "mosquitto_sub", "-p", bed.port, "-t", "t", "-E"));
    CHECK(mock_bed_event_where(&bed, EV_MQTT_FAULT, "fault", "duplicate") != NULL);
    mock_bed_close(&bed);
}

/* CONNACK of 5.0 says them. */
static void limits_of_the_description_are_those_of_mosquitto(void)
{
    static const char connect[] = "\x10\x0e\0\4MQTT\5\2\0\x3c\0\0\1a";
    struct mock_bed bed;
    struct hearing h = {.want = 20};

    REQUIRE(start(&bed, "{\"service\":\"mqtt\",\"mqtt\":{" ALL
                        ",\"max_qos\":1,\"topic_alias_maximum\":3,\"retain_available\":false,"
                        "\"max_packet\":4096,\"max_inflight\":7}}"));
    h.fd = mock_bed_connect(&bed);
    CHECK(send(h.fd, connect, sizeof(connect) - 1, 0) > 0);
    CHECK(mock_bed_wait(&bed, has_heard, &h));
    CHECK(memmem(h.bytes, h.have, "\x22\0\3", 3) != NULL);     /* topic aliases */
    CHECK(memmem(h.bytes, h.have, "\x24\1", 2) != NULL);       /* QoS */
    CHECK(memmem(h.bytes, h.have, "\x25\0", 2) != NULL);       /* no retained messages */
    CHECK(memmem(h.bytes, h.have, "\x27\0\0\x10", 4) != NULL); /* bytes of a packet */
    CHECK(memmem(h.bytes, h.have, "\x21\0\7", 3) != NULL);     /* messages under way */
    close(h.fd);
    mock_bed_close(&bed);
}

static void what_mosquitto_cannot_be_told_is_an_error_that_names_it(void)
{
    struct mock_bed bed;

    REQUIRE(start(&bed, PLAIN));
    mock_stop(bed.mock);
    bed.mock = NULL;
    CHECK(!mock_bed_start(&bed, "{\"mqtt\":{\"behind\":\"mosquitto\",\"receive_maximum\":3}}"));
    CHECK_STR_CONTAINS(bed.err.text, "mqtt.receive_maximum");
    CHECK_STR_CONTAINS(bed.err.text, "mqtt.behind");
    CHECK(!mock_bed_start(&bed, "{\"mqtt\":{\"behind\":\"mosquitto\",\"max_queued\":0}}"));
    CHECK_STR_CONTAINS(bed.err.text, "mqtt.max_queued");
    CHECK(!mock_bed_start(&bed, "{\"mqtt\":{\"behind\":\"hivemq\"}}"));
    CHECK_STR_CONTAINS(bed.err.text, "\"mosquitto\"");
    mock_bed_close(&bed);
}

static bool prepare_another(struct mock_bed *bed, const char *json, struct mock **ret)
{
    struct value *description = NULL;
    struct mock_options options = bed->options;
    enum assay_status status =
        json_value_parse("description", json, strlen(json), &description, &bed->err);

    options.description = description;
    if (status == ASSAY_OK)
        status = mock_prepare(&options, ret, &bed->err);
    value_free(description);
    return status == ASSAY_OK;
}

static void faults_may_change_while_it_runs_and_what_mosquitto_was_told_may_not(void)
{
    struct mock_bed bed;
    struct mock *other = NULL;

    REQUIRE(start(&bed, PLAIN));
    REQUIRE(prepare_another(&bed, "{\"service\":\"mqtt\"}", &other));
    CHECK_INT_EQ(mock_check_change(bed.mock, other, &bed.err), ASSAY_ERR_UNSUPPORTED);
    mock_stop(other);
    REQUIRE(
        prepare_another(&bed, "{\"service\":\"mqtt\",\"mqtt\":{" ALL ",\"max_qos\":1}}", &other));
    CHECK_INT_EQ(mock_check_change(bed.mock, other, &bed.err), ASSAY_ERR_UNSUPPORTED);
    CHECK_STR_CONTAINS(bed.err.text, "max_qos");
    mock_stop(other);
    REQUIRE(prepare_another(
        &bed, "{\"service\":\"mqtt\",\"mqtt\":{" ALL ",\"faults\":\"withhold PUBACK count=1\"}}",
        &other));
    REQUIRE_OK(mock_check_change(bed.mock, other, &bed.err));
    mock_change(bed.mock, other, false, "a test");
    CHECK(RUN(&bed, "timeout", "1", "mosquitto_pub", "-p", bed.port, "-q", "1", "-t", "t", "-m",
              "x"));
    CHECK_INT_EQ(bed.exit_code, 124);
    CHECK(RUN(&bed, "mosquitto_pub", "-p", bed.port, "-q", "1", "-t", "t", "-m", "x"));
    CHECK_INT_EQ(bed.exit_code, 0);
    CHECK_UINT_EQ(mock_bed_count(&bed, EV_MQTT_FAULT), 1);
    mock_bed_close(&bed);
}

/* ---- the process ---- */

/* The folder of the mosquitto of this test; "": none. */
static void find_folder(char *ret, size_t room)
{
    DIR *dir = opendir(test_directory());

    *ret = '\0';
    for (const struct dirent *entry = NULL; dir != NULL && (entry = readdir(dir)) != NULL;)
        if (strncmp(entry->d_name, "assay-mosquitto-", 16) == 0)
            snprintf(ret, room, "%s/%s", test_directory(), entry->d_name);
    if (dir != NULL)
        closedir(dir);
}

static void its_folder_is_nobody_elses_and_goes_with_it(void)
{
    struct mock_bed bed;
    struct stat st = {0};
    char folder[PATH_MAX];

    REQUIRE(start(&bed, PLAIN));
    find_folder(folder, sizeof(folder));
    CHECK_INT_EQ(stat(folder, &st), 0);
    CHECK_UINT_EQ(st.st_mode & 0777, 0700);
    mock_bed_close(&bed);
    find_folder(folder, sizeof(folder));
    CHECK_STR_EQ(folder, "");
}

/* The child of this process that is a mosquitto. */
static pid_t find_child(void)
{
    char path[64];
    FILE *f = NULL;
    int pid = 0;
    long found = 0;

    snprintf(path, sizeof(path), "/proc/self/task/%d/children", getpid());
    f = fopen(path, "r");
    if (f != NULL && fgets(path, sizeof(path), f) != NULL)
        found = strtol(path, NULL, 10);
    if (f != NULL)
        fclose(f);
    pid = (int)found;
    return pid;
}

static bool has_failed(void *ctx)
{
    const struct mock_bed *bed = ctx;

    return mock_failure(bed->mock) != NULL && mock_open_connections(bed->mock) == 0;
}

static void its_death_is_the_benchs_fault(void)
{
    static const char connect[] = "\x10\x0d\0\4MQTT\4\2\0\x3c\0\1a";
    const struct event *error = NULL;
    struct mock_bed bed;
    struct hearing h = {.want = 4};

    REQUIRE(start(&bed, PLAIN));
    h.fd = mock_bed_connect(&bed);
    CHECK(send(h.fd, connect, sizeof(connect) - 1, 0) > 0);
    CHECK(mock_bed_wait(&bed, has_heard, &h));
    CHECK(mock_failure(bed.mock) == NULL);
    REQUIRE(find_child() > 1);
    kill(find_child(), SIGKILL);
    CHECK(mock_bed_wait(&bed, has_ended, &h));
    close(h.fd);
    CHECK(mock_bed_wait(&bed, has_failed, &bed));
    CHECK_STR_CONTAINS(mock_failure(bed.mock), "mosquitto");
    CHECK_STR_CONTAINS(mock_failure(bed.mock), "signal 9");
    error = mock_bed_event_where(&bed, EV_SERVICE_ERROR, "service", "mosquitto");
    CHECK(error != NULL);
    /* Those that come later are not served, and that is no verdict on them either. */
    h = (struct hearing){.want = 4, .fd = mock_bed_connect(&bed)};
    CHECK(send(h.fd, connect, sizeof(connect) - 1, 0) > 0);
    CHECK(mock_bed_wait(&bed, any_is_open, &bed));
    CHECK(mock_bed_wait(&bed, none_is_open, &bed));
    close(h.fd);
    mock_bed_close(&bed);
}

static void without_mosquitto_the_error_says_how_to_get_it(void)
{
    struct mock_bed bed;
    char folder[PATH_MAX];
    char version[MOCK_VERSION_TEXT];

    setenv("TMPDIR", test_directory(), 1);
    setenv("ASSAY_MOSQUITTO", "/nonexistent/mosquitto", 1);
    REQUIRE(mock_bed_open(&bed));
    CHECK(!mock_bed_start(&bed, PLAIN));
    CHECK_STR_CONTAINS(bed.err.text, "/nonexistent/mosquitto");
    CHECK_STR_CONTAINS(bed.err.text, "apt install mosquitto");
    find_folder(folder, sizeof(folder));
    CHECK_STR_EQ(folder, "");
    CHECK_INT_EQ(mock_find_mosquitto(version, &bed.err), ASSAY_ERR_NOT_FOUND);
    setenv("ASSAY_MOSQUITTO", "/bin/true", 1);
    CHECK_INT_EQ(mock_find_mosquitto(version, &bed.err), ASSAY_ERR_UNSUPPORTED);
    mock_bed_close(&bed);
}

static void a_program_that_is_no_mosquitto_fails_with_what_it_said(void)
{
    const char *words = "#!/bin/sh\necho 'Error: no such option' >&2\nexit 3\n";
    char path[PATH_MAX];
    struct mock_bed bed;
    FILE *f = NULL;

    snprintf(path, sizeof(path), "%s/mosquitto", test_directory());
    f = fopen(path, "w");
    REQUIRE(f != NULL);
    fputs(words, f);
    fclose(f);
    chmod(path, 0700);
    setenv("TMPDIR", test_directory(), 1);
    setenv("ASSAY_MOSQUITTO", path, 1);
    REQUIRE(mock_bed_open(&bed));
    REQUIRE(mock_bed_start(&bed, PLAIN));
    CHECK(mock_bed_wait(&bed, has_failed, &bed));
    CHECK_STR_CONTAINS(mock_failure(bed.mock), "exit status 3");
    CHECK_STR_CONTAINS(mock_failure(bed.mock), "Error: no such option");
    mock_bed_close(&bed);
}

TEST_SUITE(behind, TEST(a_retained_message_goes_through_in_every_version_and_quality_over_tls),
           TEST(a_client_meets_mosquitto_itself_byte_by_byte),
           TEST(websocket_frames_end_at_the_mock), TEST(faults_meet_the_packets_of_mosquitto),
           TEST(limits_of_the_description_are_those_of_mosquitto),
           TEST(what_mosquitto_cannot_be_told_is_an_error_that_names_it),
           TEST(faults_may_change_while_it_runs_and_what_mosquitto_was_told_may_not),
           TEST(its_folder_is_nobody_elses_and_goes_with_it), TEST(its_death_is_the_benchs_fault),
           TEST(without_mosquitto_the_error_says_how_to_get_it),
           TEST(a_program_that_is_no_mosquitto_fails_with_what_it_said));
