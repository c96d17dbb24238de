/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The MQTT clients that boards' authors compare with, against the mock's broker: every quality of
 * service in each version, over TCP, TLS and WebSocket, without and with authentication. What
 * arrived is what was sent, and what the mock saw of it is complete.
 */
#include "mock_bed.h"
#include "test_support.h"

#include "base/buf.h"
#include "bench_files.h"
#include "json_value.h"
#include "mqtt/decoder.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct client {
    const char *program;
    const char *script; /* NULL: the program is one of tests/clients */
    bool has_websocket;
};

#define SCRIPT(name) ASSAY_SOURCE_DIR "/tests/clients/" name

static const struct client libmosquitto = {CLIENT_DIR "/client_libmosquitto", NULL, false};
static const struct client paho_sync = {CLIENT_DIR "/client_paho_sync", NULL, true};
static const struct client paho_async = {CLIENT_DIR "/client_paho_async", NULL, true};
static const struct client paho_python = {"/usr/bin/python3", SCRIPT("client_paho.py"), true};
static const struct client mqtt_js = {"/usr/bin/node", SCRIPT("client_mqtt.js"), true};

enum authentication { AUTH_NONE, AUTH_PASSWORD, AUTH_CERTIFICATE };

static const struct way {
    const char *transport; /* as the client is told */
    const char *service;   /* of the mock */
    enum authentication authentication;
} ways[] = {
    {"tcp", "mqtt", AUTH_NONE},
    {"tcp", "mqtt", AUTH_PASSWORD},
    {"tls", "mqtts", AUTH_NONE},
    {"tls", "mqtts", AUTH_PASSWORD},
    {"ws", "ws", AUTH_NONE},
    {"ws", "ws", AUTH_PASSWORD},
    {"tls", "mqtts", AUTH_CERTIFICATE},
    {"wss", "wss", AUTH_NONE},
    {"wss", "wss", AUTH_CERTIFICATE},
};

static const struct version {
    const char *name;
    int64_t number;
} versions[] = {{"3.1", 3}, {"3.1.1", 4}, {"5.0", 5}};

/* ---- an identity for the client ---- */

struct identity {
    char cert[PATH_MAX];
    char key[PATH_MAX];
};

static bool write_pem(const char *path, const struct buf *der, bool is_key)
{
    const unsigned char *at = der->data;
    FILE *f = fopen(path, "w");
    X509 *cert = is_key ? NULL : d2i_X509(NULL, &at, (long)der->len);
    EVP_PKEY *key = is_key ? d2i_AutoPrivateKey(NULL, &at, (long)der->len) : NULL;
    bool is_written = false;

    if (f != NULL && is_key)
        is_written = PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL) == 1;
    else if (f != NULL)
        is_written = PEM_write_X509(f, cert) == 1;
    X509_free(cert);
    EVP_PKEY_free(key);
    return f != NULL && fclose(f) == 0 && is_written;
}

static bool make_identity(struct mock_bed *bed, struct identity *ret)
{
    struct value *description = value_new_map();
    struct buf cert;
    struct buf key;
    enum assay_status status = value_set(description, "recipe", value_new_text("client"));
    bool is_written = false;

    buf_init(&cert, 1 << 16);
    buf_init(&key, 1 << 16);
    snprintf(ret->cert, sizeof(ret->cert), "%s/client.pem", test_directory());
    snprintf(ret->key, sizeof(ret->key), "%s/client.key", test_directory());
    if (status == ASSAY_OK)
        status = pki_identity_make(bed->store, description, scenario_clock_s(&bed->clock, 0), &cert,
                                   &key, &bed->err);
    if (status == ASSAY_OK)
        is_written = write_pem(ret->cert, &cert, false) && write_pem(ret->key, &key, true);
    buf_done(&cert);
    buf_done(&key);
    value_free(description);
    return is_written;
}

/* ---- what is expected ---- */

static void expect_line(struct buf *out, int qos, bool retained, bool is_v5)
{
    CHECK_OK(buf_printf(out, "arrived qos=%d retain=%d topic=c/%d payload=%s-%d%s\n", qos, retained,
                        qos, retained ? "retained" : "live", qos,
                        is_v5 ? " format=1 content-type=text/plain response-topic=re/ply "
                                "correlation=c0rr user=key:value"
                              : ""));
}

static void check_output(const struct mock_bed *bed, const char *what, bool is_v5)
{
    struct buf wanted;

    buf_init(&wanted, 4096);
    for (int qos = 0; qos < 3; qos++) {
        expect_line(&wanted, qos, true, is_v5);
        expect_line(&wanted, qos, false, is_v5);
    }
    CHECK_OK(buf_add_text(&wanted, "end\n"));
    if (bed->exit_code != 0 || strcmp(bed->output, buf_text(&wanted)) != 0)
        test_check(false, __FILE__, __LINE__, "%s: it ended with %d and said\n%s", what,
                   bed->exit_code, bed->output);
    buf_done(&wanted);
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

/* Two messages of each quality of service in each direction, and what belongs to them. */
static void check_packets(const struct mock_bed *bed, const char *what)
{
    static const struct {
        const char *type;
        size_t rx, tx;
    } rows[] = {
        {"CONNECT", 1, 0}, {"CONNACK", 0, 1},     {"PUBLISH", 6, 6},  {"PUBACK", 2, 2},
        {"PUBREC", 2, 2},  {"PUBREL", 2, 2},      {"PUBCOMP", 2, 2},  {"SUBSCRIBE", 3, 0},
        {"SUBACK", 0, 3},  {"UNSUBSCRIBE", 3, 0}, {"UNSUBACK", 0, 3}, {"DISCONNECT", 1, 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t rx = packets(bed, "rx", rows[i].type);
        size_t tx = packets(bed, "tx", rows[i].type);

        if (rx != rows[i].rx || tx != rows[i].tx)
            test_check(false, __FILE__, __LINE__, "%s: %zu %s from it and %zu to it", what, rx,
                       rows[i].type, tx);
    }
}

static void check_events(const struct mock_bed *bed, const char *what, const struct way *way,
                         const struct version *version)
{
    const struct event *connect = mock_bed_event(bed, EV_MQTT_CONNECT, 0);
    const struct event *shown = mock_bed_event(bed, EV_TLS_CLIENT_CERTIFICATE, 0);
    bool with_password = way->authentication == AUTH_PASSWORD;

    if (!CHECK(connect != NULL))
        return;
    CHECK_INT_EQ(event_get_int(connect, "version", 0), version->number);
    CHECK_INT_EQ(event_get_bool(connect, "has_password"), with_password);
    if (with_password)
        CHECK_STR_EQ(event_get_text(connect, "username"), "somebody");
    if (way->authentication == AUTH_CERTIFICATE)
        CHECK(shown != NULL && event_get_bool(shown, "chain_ok"));
    if (mock_bed_count(bed, EV_MQTT_VIOLATION) > 0 || mock_bed_count(bed, EV_SERVICE_ERROR) > 0)
        test_check(false, __FILE__, __LINE__, "%s broke a rule, or the mock did", what);
    check_packets(bed, what);
}

/* ---- one row ---- */

static bool start(struct mock_bed *bed, const struct way *way, const char *behind)
{
    char json[512];

    snprintf(json, sizeof(json),
             "{\"service\":\"%s\",\"certs\":{\"leaf\":{\"san\":[\"dns:localhost\"]}},"
             "\"tls\":{\"client_auth\":\"%s\"},"
             "\"mqtt\":{\"versions\":[\"3.1\",\"3.1.1\",\"5.0\"]%s}}",
             way->service, way->authentication == AUTH_CERTIFICATE ? "require" : "none", behind);
    mock_bed_use_real_time(bed);
    return mock_bed_start(bed, json);
}

static void run_client(struct mock_bed *bed, const struct client *client, const struct way *way,
                       const struct version *version, const struct identity *identity)
{
    const char *argv[TOOL_ARGS] = {client->program};
    size_t count = 1;

#define ADD(name, value)                                                                           \
    do {                                                                                           \
        argv[count++] = (name);                                                                    \
        argv[count++] = (value);                                                                   \
    } while (0)
    if (client->script != NULL)
        argv[count++] = client->script;
    ADD("--version", version->name);
    ADD("--transport", way->transport);
    ADD("--port", bed->port);
    ADD("--ca", bed->root_file);
    if (way->authentication == AUTH_PASSWORD) {
        ADD("--username", "somebody");
        ADD("--password", "secret");
    }
    if (way->authentication == AUTH_CERTIFICATE) {
        ADD("--cert", identity->cert);
        ADD("--key", identity->key);
    }
#undef ADD
    if (!mock_bed_run(bed, argv))
        test_skip("a client is not installed; ci/setup.sh does that");
}

static void try_row(const struct client *client, const struct way *way,
                    const struct version *version, const char *behind)
{
    struct mock_bed bed;
    struct identity identity;
    char what[128];

    snprintf(what, sizeof(what), "%s over %s, authentication %d%s", version->name, way->transport,
             way->authentication, behind[0] != '\0' ? ", mosquitto behind" : "");
    REQUIRE(mock_bed_open(&bed));
    REQUIRE(start(&bed, way, behind));
    REQUIRE(make_identity(&bed, &identity));
    run_client(&bed, client, way, version, &identity);
    check_output(&bed, what, version->number == 5);
    check_events(&bed, what, way, version);
    mock_bed_close(&bed);
}

static void try_client(const struct client *client, const char *behind)
{
    setenv("NODE_PATH", "/usr/share/nodejs", 1); /* Debian's modules, whichever node it is */
    for (size_t v = 0; v < sizeof(versions) / sizeof(versions[0]); v++)
        for (size_t w = 0; w < sizeof(ways) / sizeof(ways[0]); w++)
            if (client->has_websocket || ways[w].transport[0] != 'w')
                try_row(client, &ways[w], &versions[v], behind);
}

/* ---- what they said, said to mosquitto ---- */

/* As mosquitto says of itself in CONNACK. */
#define LIKE_MOSQUITTO                                                                             \
    ",\"topic_alias_maximum\":10,\"receive_maximum\":20,\"tell_limits\":false,"                    \
    "\"send_topic_aliases\":false"

enum { STEPS_MAX = 256, PACKETS_MAX = 32 };

/* What a client said, and what it was answered before it spoke again. */
struct step {
    struct buf rx, tx;
};

struct record {
    struct step steps[STEPS_MAX];
    size_t count;
};

static void record_done(struct record *r)
{
    for (size_t i = 0; i < r->count; i++) {
        buf_done(&r->steps[i].rx);
        buf_done(&r->steps[i].tx);
    }
}

/* The bytes of a connection, from the events of the mock that it met. */
static void take_down(const struct mock_bed *bed, struct record *ret)
{
    const struct event *e = NULL;
    bool was_answered = true;

    ret->count = 0;
    for (size_t i = 0; (e = mock_bed_event(bed, EV_NET_DATA, i)) != NULL; i++) {
        const struct event_field *bytes = event_field(e, "bytes");
        bool is_rx = strcmp(event_get_text(e, "dir"), "rx") == 0;
        struct step *step = NULL;

        if (is_rx && was_answered && CHECK(ret->count < STEPS_MAX)) {
            buf_init(&ret->steps[ret->count].rx, 1 << 16);
            buf_init(&ret->steps[ret->count++].tx, 1 << 16);
        }
        was_answered = !is_rx;
        if (!CHECK(ret->count > 0))
            return;
        step = &ret->steps[ret->count - 1];
        CHECK_OK(buf_add(is_rx ? &step->rx : &step->tx, bytes->text, bytes->text_len));
    }
}

/* The packets of an answer, each with its length. */
static size_t split(const uint8_t *data, size_t len, struct mqtt_view *ret)
{
    size_t count = 0;

    while (len > 0 && count < PACKETS_MAX) {
        struct reader r = reader_over(data, len);
        uint32_t body = 0;
        size_t size = len;

        if (reader_skip(&r, 1) == ASSAY_OK && mqtt_varint_read(&r, &body) == ASSAY_OK &&
            body <= reader_left(&r))
            size = r.pos + body;
        ret[count++] = mqtt_view_bytes(data, size);
        data += size;
        len -= size;
    }
    return count;
}

static int by_bytes(const void *a, const void *b)
{
    const struct mqtt_view *x = a;
    const struct mqtt_view *y = b;
    size_t len = x->len < y->len ? x->len : y->len;
    int order = memcmp(x->data, y->data, len);

    return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

/* The same packets; which of an acknowledgement and a message leaves first is the broker's choice.
 */
static bool is_same(const struct buf *a, const uint8_t *b, size_t len)
{
    struct mqtt_view ours[PACKETS_MAX];
    struct mqtt_view theirs[PACKETS_MAX];
    size_t count = split(a->data, a->len, ours);

    if (a->len != len || split(b, len, theirs) != count)
        return false;
    qsort(ours, count, sizeof(ours[0]), by_bytes);
    qsort(theirs, count, sizeof(theirs[0]), by_bytes);
    for (size_t i = 0; i < count; i++)
        if (!mqtt_view_equal(ours[i], theirs[i]))
            return false;
    return true;
}

struct hearing {
    int fd;
    size_t want, have;
    uint8_t bytes[8192];
};

static bool has_heard(void *ctx)
{
    struct hearing *h = ctx;
    ssize_t got = recv(h->fd, h->bytes + h->have, sizeof(h->bytes) - h->have, MSG_DONTWAIT);

    h->have += got > 0 ? (size_t)got : 0;
    return h->have >= h->want || got == 0;
}

static void say_again(const struct record *r, const char *what)
{
    static struct hearing h;
    static const struct way plain = {"tcp", "mqtt", AUTH_NONE};
    struct mock_bed bed;

    REQUIRE(mock_bed_open(&bed));
    REQUIRE(start(&bed, &plain, ",\"behind\":\"mosquitto\""));
    h.fd = mock_bed_connect(&bed);
    for (size_t i = 0; i < r->count; i++) {
        const struct step *step = &r->steps[i];

        CHECK(send(h.fd, step->rx.data, step->rx.len, MSG_NOSIGNAL) == (ssize_t)step->rx.len);
        h.want = step->tx.len;
        h.have = 0;
        if ((h.want > 0 && !mock_bed_wait(&bed, has_heard, &h)) ||
            !is_same(&step->tx, h.bytes, h.have)) {
            test_check(false, __FILE__, __LINE__, "%s: step %zu is answered otherwise", what, i);
            break;
        }
    }
    close(h.fd);
    mock_bed_close(&bed);
}

static void record_and_say_again(const struct client *client, const struct version *version)
{
    static const struct way plain = {"tcp", "mqtt", AUTH_PASSWORD};
    static struct record record;
    struct mock_bed bed;
    char what[128];

    snprintf(what, sizeof(what), "%s %s", client->program, version->name);
    REQUIRE(mock_bed_open(&bed));
    REQUIRE(start(&bed, &plain, LIKE_MOSQUITTO));
    run_client(&bed, client, &plain, version, NULL);
    check_output(&bed, what, version->number == 5);
    take_down(&bed, &record);
    mock_bed_close(&bed);
    CHECK(record.count > 10);
    say_again(&record, what);
    record_done(&record);
}

static void mosquitto_answers_what_each_client_said_packet_by_packet_the_same(void)
{
    static const struct client *const clients[] = {&libmosquitto, &paho_sync, &paho_async,
                                                   &paho_python, &mqtt_js};
    char version[MOCK_VERSION_TEXT];

    if (mock_find_mosquitto(version, NULL) != ASSAY_OK)
        test_skip("mosquitto is not installed");
    setenv("NODE_PATH", "/usr/share/nodejs", 1);
    for (size_t c = 0; c < sizeof(clients) / sizeof(clients[0]); c++)
        for (size_t v = 0; v < sizeof(versions) / sizeof(versions[0]); v++)
            record_and_say_again(clients[c], &versions[v]);
}

static void libmosquitto_works_in_every_version_way_and_quality(void)
{
    try_client(&libmosquitto, "");
}

static void paho_c_works_in_every_version_way_and_quality(void)
{
    try_client(&paho_sync, "");
}

static void paho_c_asynchronous_works_in_every_version_way_and_quality(void)
{
    try_client(&paho_async, "");
}

static void paho_python_works_in_every_version_way_and_quality(void)
{
    try_client(&paho_python, "");
}

static void mqtt_js_works_in_every_version_way_and_quality(void)
{
    try_client(&mqtt_js, "");
}

/* The relay is transparent to them, too. */
static void clients_work_with_mosquitto_behind(void)
{
    try_client(&libmosquitto, ",\"behind\":\"mosquitto\"");
    try_client(&paho_async, ",\"behind\":\"mosquitto\"");
}

TEST_SUITE(clients, TEST(libmosquitto_works_in_every_version_way_and_quality),
           TEST(paho_c_works_in_every_version_way_and_quality),
           TEST(paho_c_asynchronous_works_in_every_version_way_and_quality),
           TEST(paho_python_works_in_every_version_way_and_quality),
           TEST(mqtt_js_works_in_every_version_way_and_quality),
           TEST(clients_work_with_mosquitto_behind),
           TEST(mosquitto_answers_what_each_client_said_packet_by_packet_the_same));
