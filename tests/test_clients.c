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

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>

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
           TEST(clients_work_with_mosquitto_behind));
