/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A real broker (mosquitto) as the other side: it takes our samples, and the decoder takes
 * everything that it sends.
 */
#include "bytes.h"
#include "test_support.h"

#include "base/deadline.h"
#include "base/exec.h"
#include "mqtt/decoder.h"
#include "mqtt/property.h"

#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { WAIT_MS = 10000 };

struct broker {
    struct exec_child child;
    char path[108];
};

struct client {
    int fd;
    struct mqtt_decoder decoder;
    uint8_t bytes[4096];
    struct reader input; /* what is left of bytes */
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
static bool wait_until_it_runs(struct broker *b)
{
    struct deadline deadline = deadline_in_ms(WAIT_MS);
    struct buf said;
    bool runs = false;

    buf_init(&said, 1 << 16);
    while (!runs && !deadline_passed(&deadline)) {
        struct pollfd fds = {.fd = b->child.stderr_fd, .events = POLLIN};
        char text[512];
        ssize_t got = 0;

        poll(&fds, 1, deadline_left_ms(&deadline));
        got = read(b->child.stderr_fd, text, sizeof(text));
        if (got == 0 || (got > 0 && buf_add(&said, text, (size_t)got) != ASSAY_OK))
            break;
        runs = strstr(buf_text(&said), "running") != NULL;
    }
    if (!runs)
        fprintf(stderr, "mosquitto said: %s\n", buf_text(&said));
    buf_done(&said);
    return runs;
}

static bool start_broker(struct broker *b)
{
    struct exec_spec spec = exec_spec_default();
    char config[128];
    const char *const argv[] = {"mosquitto", "-c", config, NULL};
    const char *const installed[] = {"/usr/sbin/mosquitto", "-c", config, NULL};
    enum assay_status status = ASSAY_OK;

    snprintf(b->path, sizeof(b->path), "%s/broker", test_directory());
    snprintf(config, sizeof(config), "%s/mosquitto.conf", test_directory());
    if (!CHECK(write_config(config, b->path)))
        return false;
    spec.argv = argv;
    status = exec_start(&spec, &b->child, NULL);
    spec.argv = installed; /* not in the PATH of a user */
    if (status == ASSAY_ERR_NOT_FOUND)
        status = exec_start(&spec, &b->child, NULL);
    if (status == ASSAY_ERR_NOT_FOUND)
        test_skip("mosquitto is not installed");
    CHECK_OK(status);
    return status == ASSAY_OK && CHECK(wait_until_it_runs(b));
}

static bool open_client(const struct broker *b, enum mqtt_version version, struct client *c)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    snprintf(address.sun_path, sizeof(address.sun_path), "%s", b->path);
    c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    c->input = reader_over(c->bytes, 0);
    mqtt_decoder_init(&c->decoder, version, 0);
    return CHECK(c->fd >= 0) &&
           CHECK(connect(c->fd, (struct sockaddr *)&address, sizeof(address)) == 0);
}

static void close_client(struct client *c)
{
    if (c->fd >= 0)
        close(c->fd);
    mqtt_decoder_done(&c->decoder);
}

static void say(struct client *c, const char *text)
{
    struct buf bytes;

    buf_init(&bytes, 4096);
    bytes_add(&bytes, text);
    CHECK_INT_EQ(send(c->fd, bytes.data, bytes.len, MSG_NOSIGNAL), (ssize_t)bytes.len);
    buf_done(&bytes);
}

/* The next packet; ASSAY_ERR_CLOSED when the broker hung up. */
static enum assay_status hear(struct client *c, struct mqtt_packet *ret)
{
    struct deadline deadline = deadline_in_ms(WAIT_MS);
    struct mqtt_violation violation = {0};

    for (;;) {
        struct pollfd fds = {.fd = c->fd, .events = POLLIN};
        enum assay_status status = mqtt_decoder_next(&c->decoder, &c->input, ret, &violation);
        ssize_t got = 0;

        if (status == ASSAY_ERR_MALFORMED)
            fprintf(stderr, "%s: %s\n", violation.clause, violation.text);
        if (status != ASSAY_ERR_TRUNCATED)
            return status;
        if (poll(&fds, 1, deadline_left_ms(&deadline)) <= 0)
            return ASSAY_ERR_TIMEOUT;
        got = recv(c->fd, c->bytes, sizeof(c->bytes), 0);
        if (got <= 0)
            return ASSAY_ERR_CLOSED;
        c->input = reader_over(c->bytes, (size_t)got);
    }
}

static bool hear_type(struct client *c, enum mqtt_type type, struct mqtt_packet *ret)
{
    enum assay_status status = hear(c, ret);

    return test_check(
        status == ASSAY_OK && ret->type == type, __FILE__, __LINE__, "status %d, heard %s, not %s",
        status, status == ASSAY_OK ? mqtt_type_name(ret->type) : "nothing", mqtt_type_name(type));
}

static void talk_311(const struct broker *b)
{
    struct client c;
    struct mqtt_packet p;

    if (!open_client(b, MQTT_V311, &c))
        return;
    say(&c, "10 0d <MQTT> 04 02 003c <a>");
    CHECK(hear_type(&c, MQTT_CONNACK, &p) && p.connack.code == 0);
    say(&c, "82 0f 0001 <t/#> 02 <$SYS> 00");
    CHECK(hear_type(&c, MQTT_SUBACK, &p) && p.suback.codes.len == 2);
    say(&c, "34 0a <t/x> 0007 'abc'");
    CHECK(hear_type(&c, MQTT_PUBREC, &p) && p.acknowledge.packet_id == 7);
    say(&c, "62 02 0007");
    /* PUBCOMP and its own delivery may come in either order. */
    for (int i = 0; i < 2; i++) {
        CHECK_OK(hear(&c, &p));
        CHECK(p.type == MQTT_PUBCOMP || p.type == MQTT_PUBLISH);
        if (p.type == MQTT_PUBLISH)
            CHECK(mqtt_view_equal(p.publish.payload, mqtt_view_text("abc")) &&
                  mqtt_publish_qos(&p) == 2 && p.publish.packet_id == 1);
    }
    say(&c, "50 02 0001");
    CHECK(hear_type(&c, MQTT_PUBREL, &p));
    say(&c, "70 02 0001 c0 00");
    CHECK(hear_type(&c, MQTT_PINGRESP, &p));
    say(&c, "a2 07 0002 <t/#>");
    CHECK(hear_type(&c, MQTT_UNSUBACK, &p));
    say(&c, "e0 00");
    CHECK_INT_EQ(hear(&c, &p), ASSAY_ERR_CLOSED);
    close_client(&c);
}

static void talk_5(const struct broker *b)
{
    struct client c;
    struct mqtt_packet p;
    struct mqtt_property property;

    if (!open_client(b, MQTT_V5, &c))
        return;
    say(&c, "10 10 <MQTT> 05 02 003c 03 21 000a 0000");
    CHECK(hear_type(&c, MQTT_CONNACK, &p) && p.connack.code == 0);
    CHECK(mqtt_property_get(p.connack.properties, MQTT_PROP_ASSIGNED_CLIENT_ID, &property));
    say(&c, "82 0f 0001 02 0b 07 <t/+> 29 <u> 00");
    CHECK(hear_type(&c, MQTT_SUBACK, &p) && p.suback.codes.len == 2);
    say(&c, "32 21 <t/x> 0007 16 01 01 02 0000003c 03 <c> 08 <r> 26 <k> <v> 'abc'");
    for (int i = 0; i < 2; i++) {
        CHECK_OK(hear(&c, &p));
        CHECK(p.type == MQTT_PUBACK || p.type == MQTT_PUBLISH);
        if (p.type != MQTT_PUBLISH)
            continue;
        CHECK(mqtt_property_get(p.publish.properties, MQTT_PROP_SUBSCRIPTION_ID, &property) &&
              property.number == 7);
        CHECK(mqtt_property_get(p.publish.properties, MQTT_PROP_USER_PROPERTY, &property) &&
              mqtt_view_equal(property.value, mqtt_view_text("v")));
    }
    say(&c, "40 04 0001 00 00");
    say(&c, "a2 0d 0002 00 <t/+> <zzz>");
    CHECK(hear_type(&c, MQTT_UNSUBACK, &p) && p.suback.codes.len == 2);
    /* A topic alias beyond what it allows. */
    say(&c, "30 07 <t> 03 23 ffff");
    CHECK(hear_type(&c, MQTT_DISCONNECT, &p) && p.disconnect.reason == 0x94);
    CHECK_INT_EQ(hear(&c, &p), ASSAY_ERR_CLOSED);
    close_client(&c);
}

static void what_a_real_broker_sends_is_decoded(void)
{
    struct broker b = {.child = {.pid_fd = -1, .stdout_fd = -1, .stderr_fd = -1}};

    if (start_broker(&b)) {
        talk_311(&b);
        talk_5(&b);
    }
    exec_kill(&b.child, 1000);
}

static void say_connect(const struct broker *b, const struct sample *s)
{
    struct client c;
    struct mqtt_packet p;

    if (!open_client(b, s->version, &c))
        return;
    say(&c, s->bytes);
    test_check(hear(&c, &p) == ASSAY_OK && p.type == MQTT_CONNACK, __FILE__, __LINE__,
               "no answer to %s", s->name);
    if (p.type == MQTT_CONNACK && strstr(s->name, "every property") == NULL)
        test_check(p.connack.code == 0, __FILE__, __LINE__, "%s: code %u", s->name, p.connack.code);
    close_client(&c);
}

static void every_sound_connect_is_answered_by_a_real_broker(void)
{
    struct broker b = {.child = {.pid_fd = -1, .stdout_fd = -1, .stderr_fd = -1}};

    if (start_broker(&b))
        for (const struct sample *s = samples; s->name != NULL; s++)
            if (strncmp(s->name, "CONNECT", 7) == 0)
                say_connect(&b, s);
    exec_kill(&b.child, 1000);
}

TEST_SUITE(mqtt_broker, TEST(what_a_real_broker_sends_is_decoded),
           TEST(every_sound_connect_is_answered_by_a_real_broker));
