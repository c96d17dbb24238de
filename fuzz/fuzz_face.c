/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What boards say to a face: a first byte chooses it, then lines of one letter and a text: 'c'
 * connects as a client id, 'u' and 'p' set user name and password for that, 't' a topic to publish
 * to, 'm' its message, 's' subscribes. Answers must have a topic, and nobody may grow without end.
 */
#include "face/face.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int64_t now_s(void *ctx)
{
    (void)ctx;
    return 1906502400;
}

#define NO_HASH "0000000000000000000000000000000000000000"

static struct face_settings *settings_of(unsigned choice)
{
    static const char *const keys[][3] = {{"aws", "job", "j"},
                                          {"azure", "certificate", NO_HASH},
                                          {"arduino", "secret", "s"},
                                          {"mosquitto", "password_file", "a:$6$AAAA$AAAA\n"}};
    const char *const *row = keys[choice % 4];
    struct value *face = value_new_map();
    struct face_settings *settings = NULL;

    if (value_set(face, "name", value_new_text(row[0])) != ASSAY_OK ||
        value_set(face, row[1], value_new_text(row[2])) != ASSAY_OK ||
        face_settings_read(face, &settings, NULL) != ASSAY_OK)
        abort();
    value_free(face);
    return settings;
}

struct talk {
    struct face *face;
    struct face_conn *conn;
    struct mqtt_packet connect, publish;
    bool is_in;
};

static void drain(struct talk *t)
{
    struct face_message m;
    size_t count = 0;

    for (; face_take_message(t->face, &m); count++) {
        if (m.topic == NULL || m.topic[0] == '\0' || m.payload[m.payload_len] != '\0')
            abort();
        face_message_done(&m);
    }
    if (count > 64)
        abort();
}

static void try_connect(struct talk *t, struct mqtt_view id)
{
    struct mqtt_welcome welcome = {.keep_alive_s = -1};
    const struct face_peer peer = {.offered_protocols = "",
                                   .protocol = "",
                                   .has_certificate = true,
                                   .subject = "CN=a",
                                   .common_name = "a",
                                   .sha1 = NO_HASH,
                                   .sha256 = "00"};

    face_conn_free(t->conn);
    t->conn = face_conn_new(t->face, 1, t);
    if (t->conn == NULL || !face_admit(t->conn, &peer))
        abort();
    t->connect.connect.client_id = id;
    t->connect.connect.level = 4;
    face_connect(t->conn, &t->connect.connect, &welcome);
    t->is_in = welcome.refusal == 0;
}

static void say(struct talk *t, uint8_t letter, struct mqtt_view text)
{
    const struct mqtt_filter f = {.filter = text, .options = 1};
    struct face_ruling ruling = {0};

    if (letter == 'c')
        try_connect(t, text);
    else if (letter == 'u')
        t->connect.connect.username = text;
    else if (letter == 'p')
        t->connect.connect.password = text;
    else if (letter == 't')
        t->publish.publish.topic = text;
    else if (letter == 'm' && t->is_in)
        t->publish.publish.payload = text;
    if (letter == 'm' && t->is_in)
        face_publish(t->conn, &t->publish, t->publish.publish.topic, &ruling);
    if (letter == 's' && t->is_in) {
        face_subscribe(t->conn, &f, &ruling);
        face_subscribed(t->conn);
    }
    drain(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct face_settings *settings = size > 0 ? settings_of(data[0]) : NULL;
    struct talk t = {.connect = mqtt_packet_of(MQTT_CONNECT),
                     .publish = mqtt_packet_of(MQTT_PUBLISH)};
    size_t at = 1;

    if (settings == NULL)
        return 0;
    if (face_new(settings, now_s, NULL, &t.face, NULL) != ASSAY_OK)
        abort();
    t.publish.publish.topic = mqtt_view_empty();
    while (at < size) {
        const uint8_t *end = memchr(data + at, '\n', size - at);
        size_t len = end != NULL ? (size_t)(end - data) - at : size - at;

        if (len > 0)
            say(&t, data[at], mqtt_view_bytes(data + at + 1, len - 1));
        at += len + 1;
    }
    face_conn_free(t.conn);
    face_free(t.face);
    free(settings);
    return 0;
}
