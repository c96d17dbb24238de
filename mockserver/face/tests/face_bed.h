/* SPDX-License-Identifier: Apache-2.0 */
/* A face with its events in a transcript, and a board in front of it. */
#ifndef FACE_BED_H
#define FACE_BED_H

#include "base/event_kinds.h"
#include "base/transcript.h"
#include "face/face.h"
#include "face/rule.h"

#include <jansson.h>

/* 2030-06-01T00:00:00Z */
enum { FACE_BED_NOW = 1906502400 };

struct face_bed {
    struct transcript *transcript;
    struct face_settings *settings;
    struct face *face;
    struct face_conn *conn;
    struct assay_error err;
    int64_t now_s;
    uint32_t id;
};

/* keys: name and value by turns, then NULL; "name" is the face's own. */
bool face_bed_open(struct face_bed *bed, const char *const *keys);
/* Checks every event. */
void face_bed_close(struct face_bed *bed);

/* What a board says below MQTT and in its CONNECT; NULL: not at all. */
struct face_bed_board {
    bool no_tls, no_sni, no_certificate;
    const char *alpn, *common_name, *sha1, *sha256, *psk_identity;
    const char *client_id, *username, *password;
    uint16_t keep_alive_s; /* 0: 60 */
    bool no_keep_alive;
    bool keeps_session; /* clean session 0 */
    uint8_t level;      /* 0: 3.1.1 */
};

/*
 * A new connection. The name of the rule that refused it, "" if it was accepted; ret may be NULL.
 */
const char *face_bed_connect(struct face_bed *bed, const struct face_bed_board *board,
                             struct mqtt_welcome *ret);
/* On the last connection: the rule that refused, or "". ret may be NULL. */
const char *face_bed_publish(struct face_bed *bed, const char *topic, const char *payload,
                             uint8_t flags, struct face_ruling *ret);
const char *face_bed_subscribe(struct face_bed *bed, const char *filter, unsigned qos,
                               struct face_ruling *ret);

/* The field `field` of the last event of this kind; "". */
const char *face_bed_last(const struct face_bed *bed, const char *kind, const char *field);
size_t face_bed_count(const struct face_bed *bed, const char *kind);

/*
 * The next message of the service's: its payload as JSON (json_decref) when its topic ends with
 * this. NULL: another message, or none.
 */
json_t *face_bed_message(struct face_bed *bed, const char *topic_end);
bool face_bed_is_silent(struct face_bed *bed);

#endif
