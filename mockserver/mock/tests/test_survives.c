/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The program under clients that are slow, silent, greedy, broken or many: others are served all
 * the while, and its memory and descriptors, as the system counts them, stay within bounds.
 */
#include "mock_program.h"
#include "test_support.h"

#include "base/deadline.h"
#include "mqtt/encoder.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ANSWER_MS = 10000, MANY = 300 };

#define PLAIN "{\"service\":\"mqtt\",\"mqtt\":{\"versions\":[\"3.1\",\"3.1.1\",\"5.0\"]}}"

static bool start(struct mock_program *p, const char *json)
{
    char config[PATH_MAX];
    const char *options[] = {"--events", "none", "--config", NULL, NULL};

    options[3] = mock_program_path("mock.json", config);
    return CHECK(mock_program_write(config, json)) && CHECK(mock_program_start(p, options));
}

static void stop(struct mock_program *p)
{
    struct exec_outcome outcome = mock_program_stop(p, SIGTERM);

    CHECK(!outcome.signalled && outcome.code == 0);
    buf_done(&p->output);
}

/* ---- what the system says of it ---- */

/* Kilobytes that are its own: no file's, and not shared. */
static long memory_kb(const struct mock_program *p)
{
    static const char mark[] = "Anonymous:";
    char path[64];
    char line[256];
    long kb = -1;
    FILE *f = NULL;

    snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)p->child.pid);
    f = fopen(path, "r");
    while (f != NULL && fgets(line, sizeof(line), f) != NULL)
        if (strncmp(line, mark, sizeof(mark) - 1) == 0)
            kb = strtol(line + sizeof(mark) - 1, NULL, 10);
    if (f != NULL)
        fclose(f);
    CHECK(kb > 0);
    return kb;
}

/* Sanitizers keep what is freed, to see who uses it: with them only the rest is tested. */
static void check_growth(const struct mock_program *p, long before_kb, long limit_kb)
{
    long grown_kb = memory_kb(p) - before_kb;

#ifdef __SANITIZE_ADDRESS__
    limit_kb = LONG_MAX;
#endif
    test_check(grown_kb < limit_kb, __FILE__, __LINE__, "it takes %ld kB more", grown_kb);
}

static size_t descriptors(const struct mock_program *p)
{
    char path[64];
    size_t count = 0;
    DIR *dir = NULL;

    snprintf(path, sizeof(path), "/proc/%d/fd", (int)p->child.pid);
    dir = opendir(path);
    while (dir != NULL && readdir(dir) != NULL)
        count++;
    if (dir != NULL)
        closedir(dir);
    return count;
}

/* Processor time that it has used, in milliseconds. */
static long busy_ms(const struct mock_program *p)
{
    char path[64];
    char line[128] = "";
    FILE *f = NULL;

    snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)p->child.pid);
    f = fopen(path, "r");
    if (f == NULL || fgets(line, sizeof(line), f) == NULL)
        CHECK(false);
    if (f != NULL)
        fclose(f);
    return strtol(line, NULL, 10) / 1000000;
}

/* ---- clients ---- */

static bool readable(int fd, int ms)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};

    return poll(&p, 1, ms) == 1;
}

static bool says(int fd, const void *data, size_t len)
{
    return send(fd, data, len, MSG_NOSIGNAL) == (ssize_t)len;
}

static bool hears(int fd, const void *data, size_t len)
{
    uint8_t got[64];
    size_t have = 0;

    while (have < len && readable(fd, ANSWER_MS)) {
        ssize_t n = recv(fd, got + have, len - have, 0);

        if (n <= 0)
            break;
        have += (size_t)n;
    }
    return have == len && memcmp(got, data, len) == 0;
}

/* Whatever it says, it hangs up. */
static bool is_hung_up_on(int fd)
{
    uint8_t bytes[256];
    ssize_t got = 1;

    while (got > 0 && readable(fd, ANSWER_MS))
        got = recv(fd, bytes, sizeof(bytes), 0);
    return got == 0 || (got < 0 && errno == ECONNRESET);
}

static const uint8_t connect_311[] = "\x10\x0d\0\4MQTT\4\2\0\x3c\0\1a";
static const uint8_t accepted[] = {0x20, 2, 0, 0};

static bool is_served(const struct mock_program *p)
{
    int fd = mock_program_connect(p->port);
    bool served = fd >= 0 && says(fd, connect_311, sizeof(connect_311) - 1) &&
                  hears(fd, accepted, sizeof(accepted)) && says(fd, "\xc0\0", 2) &&
                  hears(fd, "\xd0\0", 2);

    close(fd);
    return served;
}

static void close_all(const int *fds, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (fds[i] >= 0)
            close(fds[i]);
}

/* It notices that they are gone; the next client is the proof that it has looked. */
static bool has_no_more_than(const struct mock_program *p, size_t count)
{
    struct deadline deadline = deadline_in_ms(ANSWER_MS);

    while (descriptors(p) > count && !deadline_passed(&deadline))
        if (!is_served(p))
            return false;
    return descriptors(p) <= count;
}

/* ---- slow, silent ---- */

static void a_byte_at_a_time_from_many_keeps_nobody_waiting(void)
{
    static int fds[MANY];
    struct mock_program p;
    long before = 0;
    size_t open_before = 0;

    REQUIRE(start(&p, PLAIN));
    CHECK(is_served(&p));
    before = memory_kb(&p);
    open_before = descriptors(&p);
    for (size_t i = 0; i < MANY; i++)
        fds[i] = mock_program_connect(p.port);
    for (size_t byte = 0; byte + 2 < sizeof(connect_311); byte++) {
        for (size_t i = 0; i < MANY; i++)
            CHECK(says(fds[i], connect_311 + byte, 1));
        CHECK(is_served(&p));
    }
    check_growth(&p, before, MANY * 8);
    for (size_t i = 0; i < MANY; i++) /* the last byte: all of them are good clients after all */
        CHECK(says(fds[i], connect_311 + sizeof(connect_311) - 2, 1) &&
              hears(fds[i], accepted, sizeof(accepted)));
    close_all(fds, MANY);
    CHECK(has_no_more_than(&p, open_before));
    stop(&p);
}

/* A ClientHello that never ends, and connections without a word. */
static void half_a_handshake_from_many_costs_little(void)
{
    static const uint8_t half_a_hello[] = {0x16, 3, 1, 2, 88, 1, 0, 2, 84, 3, 3};
    static int fds[2 * MANY];
    const char *client[] = {"openssl", "s_client", "-connect", NULL, NULL};
    char target[32];
    struct mock_program p;
    struct buf output;
    long before = 0;
    size_t open_before = 0;

    buf_init(&output, 1 << 20);
    REQUIRE(start(&p, "{}"));
    snprintf(target, sizeof(target), "127.0.0.1:%s", p.port);
    client[3] = target;
    CHECK_INT_EQ(mock_program_run(client, &output).code, 0);
    before = memory_kb(&p);
    open_before = descriptors(&p);
    for (size_t i = 0; i < 2 * (size_t)MANY; i++) {
        fds[i] = mock_program_connect(p.port);
        if (i % 2 == 0)
            CHECK(says(fds[i], half_a_hello, sizeof(half_a_hello)));
    }
    CHECK_INT_EQ(mock_program_run(client, &output).code, 0);
    CHECK(descriptors(&p) >= open_before + 2 * (size_t)MANY);
    check_growth(&p, before, 2 * MANY * 64);
    close_all(fds, 2 * (size_t)MANY);
    for (int i = 0; i < 50 && descriptors(&p) > open_before; i++)
        CHECK_INT_EQ(mock_program_run(client, &output).code, 0);
    CHECK(descriptors(&p) <= open_before);
    stop(&p);
    buf_done(&output);
}

/* ---- never reading ---- */

/* `total` bytes in messages of 32 KiB with this quality; PINGRESP says that all were taken. */
static bool publish_much(int fd, unsigned qos, size_t total)
{
    enum { PAYLOAD = 32 * 1024 };
    static uint8_t payload[PAYLOAD];
    bool is_good = true;
    struct buf packet;

    buf_init(&packet, 2 * PAYLOAD);
    for (size_t sent = 0; is_good && sent < total; sent += PAYLOAD) {
        struct mqtt_packet p = mqtt_packet_of(MQTT_PUBLISH);
        uint16_t id = (uint16_t)(sent / PAYLOAD % 60000 + 1);
        const uint8_t puback[] = {0x40, 2, (uint8_t)(id >> 8), (uint8_t)id};

        p.flags = mqtt_publish_flags(qos, false, false);
        p.publish.topic = mqtt_view_text("t");
        p.publish.has_packet_id = qos > 0;
        p.publish.packet_id = id;
        p.publish.payload = mqtt_view_bytes(payload, sizeof(payload));
        buf_clear(&packet);
        is_good = mqtt_encode(&p, &packet) == ASSAY_OK && says(fd, packet.data, packet.len) &&
                  (qos == 0 || hears(fd, puback, sizeof(puback)));
    }
    buf_done(&packet);
    return is_good && says(fd, "\xc0\0", 2) && hears(fd, "\xd0\0", 2);
}

static void who_never_reads_costs_no_more_than_its_limits(void)
{
    static const uint8_t subscribe[] = "\x82\6\0\1\0\1t\1";
    enum { TOTAL = 96 * 1024 * 1024, LIMIT_KB = 24 * 1024 };
    struct mock_program p;
    long before = 0;
    int deaf = -1;
    int loud = -1;

    REQUIRE(start(&p, PLAIN));
    CHECK(is_served(&p));
    before = memory_kb(&p);
    deaf = mock_program_connect(p.port);
    CHECK(says(deaf, "\x10\x0d\0\4MQTT\4\2\0\x3c\0\1d", 15) && says(deaf, subscribe, 8));
    loud = mock_program_connect(p.port);
    CHECK(says(loud, "\x10\x0d\0\4MQTT\4\2\0\x3c\0\1l", 15) &&
          hears(loud, accepted, sizeof(accepted)));
    CHECK(publish_much(loud, 0, TOTAL));
    check_growth(&p, before, LIMIT_KB);
    CHECK(publish_much(loud, 1, TOTAL));
    check_growth(&p, before, LIMIT_KB);
    CHECK(is_served(&p));
    close(deaf);
    close(loud);
    CHECK(is_served(&p));
    stop(&p);
}

/* ---- without descriptors ---- */

static void without_descriptors_it_refuses_and_recovers(void)
{
    enum { DESCRIPTORS = 64, CLIENTS = 120, LOOK_MS = 500 };
    struct rlimit limit = {.rlim_cur = DESCRIPTORS, .rlim_max = DESCRIPTORS};
    struct rlimit own = {0};
    struct mock_program p;
    size_t open_before = 0;
    int fds[CLIENTS];
    long busy = 0;

    REQUIRE(start(&p, PLAIN));
    REQUIRE(getrlimit(RLIMIT_NOFILE, &own) == 0);
    REQUIRE(prlimit(p.child.pid, RLIMIT_NOFILE, &limit, NULL) == 0);
    CHECK(is_served(&p));
    open_before = descriptors(&p);
    for (size_t i = 0; i < CLIENTS; i++)
        fds[i] = mock_program_connect(p.port); /* the system takes them for it */
    CHECK(says(fds[0], connect_311, sizeof(connect_311) - 1));
    CHECK(hears(fds[0], accepted, sizeof(accepted))); /* who is in is served */
    busy = busy_ms(&p);
    CHECK(!readable(fds[0], LOOK_MS)); /* it says nothing more, and waits */
    CHECK(busy_ms(&p) - busy < LOOK_MS / 2);
    CHECK(says(fds[0], "\xc0\0", 2) && hears(fds[0], "\xd0\0", 2));
    close_all(fds, CLIENTS);
    CHECK(is_served(&p));
    CHECK(has_no_more_than(&p, open_before));
    stop(&p);
}

/* ---- broken packets ---- */

enum { TYPES = 16 };

static const uint8_t flags_of[TYPES] = {[6] = 2, [8] = 2, [10] = 2};

/* CONNECT of a version, as a client begins. */
static void add_connect(struct buf *out, unsigned version)
{
    static const struct {
        const char *bytes;
        size_t len;
    } rows[] = {[3] = {"\x10\x0f\0\6MQIsdp\3\2\0\x3c\0\1a", 17},
                [4] = {"\x10\x0d\0\4MQTT\4\2\0\x3c\0\1a", 15},
                [5] = {"\x10\x0e\0\4MQTT\5\2\0\x3c\0\0\1a", 16}};

    CHECK_OK(buf_add(out, rows[version].bytes, rows[version].len));
}

static void add(struct buf *out, unsigned type, const char *rest, size_t len)
{
    CHECK_OK(buf_add_char(out, (char)(type << 4 | flags_of[type])));
    CHECK_OK(buf_add(out, rest, len));
}

static bool length_without_end(struct buf *out, unsigned version, unsigned type)
{
    (void)version;
    add(out, type, "\xff\xff\xff\xff\x7f", 5);
    return true;
}

static bool length_of_256_mib(struct buf *out, unsigned version, unsigned type)
{
    (void)version;
    add(out, type, "\xff\xff\xff\x7f", 4);
    return true;
}

static bool wrong_flags(struct buf *out, unsigned version, unsigned type)
{
    (void)version;
    if (type == 3)
        CHECK_OK(buf_add(out, "\x36\5\0\1t\0\1", 7)); /* QoS 3 */
    else
        CHECK_OK(
            buf_add(out, (const uint8_t[]){(uint8_t)(type << 4 | (flags_of[type] ^ 1)), 0}, 2));
    return true;
}

/* PINGREQ and DISCONNECT may be empty, AUTH is not expected: those get a byte too many. */
static bool wrong_size(struct buf *out, unsigned version, unsigned type)
{
    bool may_be_empty = type >= 12;

    if (type == 14 && version == 5)
        return false; /* a reason, as it may be */
    add(out, type, may_be_empty ? "\1\0" : "\0", may_be_empty ? 2 : 1);
    return true;
}

/* The length of the properties goes on beyond its packet, or for ever. */
static bool properties_beyond(struct buf *out, unsigned version, unsigned type)
{
    static const struct {
        const char *bytes;
        size_t len;
    } rows[TYPES] = {
        [1] = {"\x10\0\4MQTT\5\2\0\x3c\x7f\0\1a\0\0", 17},
        [3] = {"\5\0\1t\x7f\x00", 6},
        [4] = {"\5\0\1\0\x7f\0", 6},
        [5] = {"\5\0\1\0\x7f\0", 6},
        [6] = {"\5\0\1\0\x7f\0", 6},
        [7] = {"\5\0\1\0\x7f\0", 6},
        [8] = {"\7\0\1\x7f\0\1t\0", 8},
        [10] = {"\6\0\1\x7f\0\1t", 7},
        [14] = {"\3\0\x7f\0", 4},
        [15] = {"\3\x18\x7f\0", 4},
    };

    if (version != 5 || rows[type].len == 0)
        return false;
    add(out, type, rows[type].bytes, rows[type].len);
    return true;
}

static bool properties_without_end(struct buf *out, unsigned version, unsigned type)
{
    static const struct {
        const char *bytes;
        size_t len;
    } rows[TYPES] = {
        [1] = {"\x12\0\4MQTT\5\2\0\x3c\xff\xff\xff\xff\xff\0\1a", 19},
        [3] = {"\x08\0\1t\xff\xff\xff\xff\xff", 9},
        [4] = {"\x08\0\1\0\xff\xff\xff\xff\xff", 9},
        [8] = {"\x0b\0\1\xff\xff\xff\xff\xff\0\1t\0", 12},
        [10] = {"\x0a\0\1\xff\xff\xff\xff\xff\0\1t", 11},
        [14] = {"\6\0\xff\xff\xff\xff\xff", 7},
    };

    if (version != 5 || rows[type].len == 0)
        return false;
    add(out, type, rows[type].bytes, rows[type].len);
    return true;
}

static bool (*const damages[])(struct buf *out, unsigned version, unsigned type) = {
    length_without_end, length_of_256_mib, wrong_flags,
    wrong_size,         properties_beyond, properties_without_end,
};

static bool meets(const struct mock_program *p, size_t damage, unsigned version, unsigned type)
{
    struct buf bytes;
    bool is_closed = true;
    int fd = -1;

    buf_init(&bytes, 4096);
    if (type != 1)
        add_connect(&bytes, version);
    if (damages[damage](&bytes, version, type)) {
        fd = mock_program_connect(p->port);
        is_closed = fd >= 0 && says(fd, bytes.data, bytes.len) && is_hung_up_on(fd);
        close(fd);
    }
    buf_done(&bytes);
    return is_closed;
}

static void broken_packets_of_every_type_and_version_end_their_connection_only(void)
{
    struct mock_program p;
    long before = 0;

    REQUIRE(start(&p, PLAIN));
    CHECK(is_served(&p));
    before = memory_kb(&p);
    for (unsigned version = 3; version <= 5; version++)
        for (unsigned type = 0; type < TYPES; type++)
            for (size_t d = 0; d < sizeof(damages) / sizeof(damages[0]); d++)
                if (!meets(&p, d, version, type))
                    test_check(false, __FILE__, __LINE__,
                               "damage %zu of type %u in version %u is not hung up on", d, type,
                               version);
    check_growth(&p, before, 1024); /* nothing is taken for what is only declared */
    CHECK(is_served(&p));
    stop(&p);
}

TEST_SUITE(survives, TEST(a_byte_at_a_time_from_many_keeps_nobody_waiting),
           TEST(half_a_handshake_from_many_costs_little),
           TEST(who_never_reads_costs_no_more_than_its_limits),
           TEST(without_descriptors_it_refuses_and_recovers),
           TEST(broken_packets_of_every_type_and_version_end_their_connection_only));
