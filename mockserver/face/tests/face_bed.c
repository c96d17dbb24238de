/* SPDX-License-Identifier: Apache-2.0 */
#include "face_bed.h"

#include "event_check.h"
#include "test_support.h"

#include <stdlib.h>
#include <string.h>

static int64_t now_s(void *ctx)
{
    return ((struct face_bed *)ctx)->now_s;
}

static struct value *value_of(const char *key, const char *text)
{
    if (strcmp(key, "port") == 0)
        return value_new_int(strtol(text, NULL, 10));
    if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
        return value_new_bool(text[0] == 't');
    return value_new_text(text);
}

bool face_bed_open(struct face_bed *bed, const char *const *keys)
{
    struct value *face = value_new_map();

    *bed = (struct face_bed){.transcript = transcript_new(1 << 22), .now_s = FACE_BED_NOW};
    for (; *keys != NULL; keys += 2)
        if (value_set(face, keys[0], value_of(keys[0], keys[1])) != ASSAY_OK)
            abort();
    if (face_settings_read(face, &bed->settings, &bed->err) == ASSAY_OK &&
        face_new(bed->settings, now_s, bed, &bed->face, &bed->err) == ASSAY_OK)
        face_set_sink(bed->face, transcript_sink(bed->transcript));
    value_free(face);
    return bed->face != NULL;
}

void face_bed_close(struct face_bed *bed)
{
    CHECK_EVENTS(bed->transcript);
    face_conn_free(bed->conn);
    face_free(bed->face);
    free(bed->settings);
    transcript_free(bed->transcript);
}

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

static struct face_peer peer_of(const struct face_bed_board *b)
{
    return (struct face_peer){
        .has_server_name = !b->no_sni,
        .offered_protocols = or_empty(b->alpn),
        .protocol = or_empty(b->alpn),
        .psk_identity = b->psk_identity,
        .has_certificate = !b->no_certificate,
        .subject = or_empty(b->common_name),
        .common_name = or_empty(b->common_name),
        .sha1 = b->sha1 != NULL ? b->sha1 : "00112233445566778899aabbccddeeff00112233",
        .sha256 = b->sha256 != NULL
                      ? b->sha256
                      : "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
    };
}

/* What was refused since `before` events had been told. */
static const char *refusal_since(const struct face_bed *bed, size_t before)
{
    for (size_t i = before; i < transcript_count(bed->transcript); i++) {
        const struct event *e = transcript_at(bed->transcript, i);

        if (event_is(e, EV_FACE_REFUSED))
            return event_get_text(e, "rule");
    }
    return "";
}

const char *face_bed_connect(struct face_bed *bed, const struct face_bed_board *board,
                             struct mqtt_welcome *ret)
{
    size_t before = transcript_count(bed->transcript);
    struct face_peer peer = peer_of(board);
    struct mqtt_packet p = mqtt_packet_of(MQTT_CONNECT);
    struct mqtt_welcome welcome = {.keep_alive_s = -1};

    face_conn_free(bed->conn);
    bed->conn = face_conn_new(bed->face, ++bed->id, bed);
    if (face_admit(bed->conn, board->no_tls ? NULL : &peer)) {
        p.connect.level = board->level != 0 ? board->level : MQTT_V311;
        p.connect.keep_alive_s = board->keep_alive_s != 0 ? board->keep_alive_s : 60;
        p.connect.flags = board->keeps_session ? 0 : MQTT_CONNECT_CLEAN;
        if (board->no_keep_alive)
            p.connect.keep_alive_s = 0;
        p.connect.client_id = mqtt_view_text(or_empty(board->client_id));
        p.connect.username = mqtt_view_text(board->username);
        p.connect.password = mqtt_view_text(board->password);
        face_connect(bed->conn, &p.connect, &welcome);
    }
    if (ret != NULL)
        *ret = welcome;
    return refusal_since(bed, before);
}

const char *face_bed_publish(struct face_bed *bed, const char *topic, const char *payload,
                             uint8_t flags, struct face_ruling *ret)
{
    size_t before = transcript_count(bed->transcript);
    struct mqtt_packet p = mqtt_packet_of(MQTT_PUBLISH);
    struct face_ruling ruling = {0};

    p.flags = flags;
    p.publish.topic = mqtt_view_text(topic);
    p.publish.payload = mqtt_view_text(payload);
    face_publish(bed->conn, &p, p.publish.topic, &ruling);
    if (ret != NULL)
        *ret = ruling;
    return refusal_since(bed, before);
}

const char *face_bed_subscribe(struct face_bed *bed, const char *filter, unsigned qos,
                               struct face_ruling *ret)
{
    size_t before = transcript_count(bed->transcript);
    const struct mqtt_filter f = {.filter = mqtt_view_text(filter), .options = (uint8_t)qos};
    struct face_ruling ruling = {0};

    face_subscribe(bed->conn, &f, &ruling);
    face_subscribed(bed->conn);
    if (ret != NULL)
        *ret = ruling;
    return refusal_since(bed, before);
}

const char *face_bed_last(const struct face_bed *bed, const char *kind, const char *field)
{
    for (size_t i = transcript_count(bed->transcript); i > 0; i--)
        if (event_is(transcript_at(bed->transcript, i - 1), kind))
            return event_get_text(transcript_at(bed->transcript, i - 1), field);
    return "";
}

size_t face_bed_count(const struct face_bed *bed, const char *kind)
{
    size_t count = 0;

    for (size_t i = 0; i < transcript_count(bed->transcript); i++)
        count += event_is(transcript_at(bed->transcript, i), kind);
    return count;
}

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text);
    size_t end_len = strlen(end);

    return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

json_t *face_bed_message(struct face_bed *bed, const char *topic_end)
{
    struct face_message m;
    json_t *json = NULL;

    if (!face_take_message(bed->face, &m)) {
        CHECK_STR_EQ("no message", topic_end);
        return NULL;
    }
    if (ends_with(m.topic, topic_end))
        json = json_loads(m.payload, 0, NULL);
    else
        CHECK_STR_EQ(m.topic, topic_end);
    face_message_done(&m);
    return json;
}

bool face_bed_is_silent(struct face_bed *bed)
{
    struct face_message m;

    if (!face_take_message(bed->face, &m))
        return true;
    CHECK_STR_EQ(m.topic, "nothing");
    face_message_done(&m);
    return false;
}
