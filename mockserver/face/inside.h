/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the room: a face, its connections, and the functions that a row of the table has. */
#ifndef FACE_INSIDE_H
#define FACE_INSIDE_H

#include "face/face.h"
#include "face/key.h"
#include "face/rule.h"

#include "base/buf.h"
#include "base/event_kinds.h"

enum { FACE_DETAIL_TEXT = 400, FACE_QUEUE_MAX = 64, FACE_TOPIC_TEXT = 512 };

struct shadows;
struct jobs;
struct twin;
struct hub;
struct bridge;
struct order;
struct order_row;
struct face_wish;

struct queued {
    struct queued *next;
    struct face_message message;
};

struct face {
    const struct face_settings *settings;
    const struct face_functions *functions;
    const struct event_sink *sink;
    int64_t (*now_s)(void *ctx);
    void *now_ctx;
    struct face_key *key; /* owned; NULL: none */
    char certificate[65]; /* the registered one's hash in hex; "": any */
    struct shadows *shadows;
    struct jobs *jobs;
    struct twin *twin;
    struct hub *hub;          /* of azure */
    struct bridge *bridge;    /* of google */
    struct face_conn *conns;  /* all that there are */
    struct face_wish *wishes; /* orders of the settings that could not be carried out yet */
    char *wished;             /* owned: the orders of the settings that the wishes came from */
    struct queued *first;
    struct queued **last;
    size_t queued;
};

struct face_conn {
    struct face *face;
    struct face_conn *next;
    void *owner;
    uint32_t id;
    int64_t expires_s;             /* the last second of its credentials; INT64_MAX: for ever */
    enum face_rule_id expiry_rule; /* what is said then */
    bool is_accepted;
    bool is_replaced; /* another one came as the same device */
    bool is_expired;
    bool is_closing; /* and nobody has taken notice yet */
    bool is_v5;
    bool has_certificate;
    bool is_signed;    /* aws: the request for its WebSocket was */
    char protocol[32]; /* ALPN */
    char common_name[256];
    char subject[512];
    char sha1[41];
    char sha256[65];
    char psk_identity[FACE_NAME_TEXT];
    bool has_psk_identity;
    char device[FACE_NAME_TEXT]; /* who it is, once it is accepted */
    size_t filters;              /* of the SUBSCRIBE under way */
    bool wants_notice;           /* subscribed to something that a message follows */
    bool hears_config;           /* google: subscribed to configurations, to commands */
    bool hears_commands;
    unsigned config_qos;
    unsigned commands_qos;
    bool hears_delta; /* aws: subscribed to its shadow's delta, to notices of jobs */
    bool hears_jobs;
};

/* conns.c */
void conn_accepted(struct face_conn *conn);
/* The connection of a device; NULL: it is not there. */
struct face_conn *face_conn_of(const struct face *face, const char *device);

/* One decision: functions fill it by face_refuse() and leave it alone where they allow. */
struct decision {
    const struct face_rule *rule; /* NULL: allowed */
};

struct face_functions {
    /* NULL: nothing to be done. */
    enum assay_status (*prepare)(struct face *face, struct assay_error *err);
    void (*admit)(struct face_conn *conn, const struct face_peer *peer, struct decision *ret);
    void (*handshake_failed)(struct face_conn *conn, const struct face_peer *peer);
    bool (*upgrade)(struct face_conn *conn, const char *path, const char *host,
                    struct buf *refusal);
    void (*connect)(struct face_conn *conn, const struct mqtt_connect *c,
                    struct mqtt_welcome *welcome, struct decision *ret);
    void (*publish)(struct face_conn *conn, const struct mqtt_packet *p, struct mqtt_view topic,
                    struct decision *ret);
    void (*subscribe)(struct face_conn *conn, const struct mqtt_filter *f, struct decision *ret);
    void (*subscribed)(struct face_conn *conn);
    void (*unsubscribe)(struct face_conn *conn, struct mqtt_view filter);
    void (*delivered)(struct face_conn *conn, uint32_t ticket);
    void (*gone)(struct face_conn *conn); /* an accepted connection ends */
    int64_t (*due_s)(const struct face *face);
    void (*advance)(struct face *face);
    const struct order_row *orders; /* ends with a NULL verb; NULL: none */
    enum face_rule_id replaced;     /* the remark when a device comes twice ... */
    bool has_replaced;              /* ... where there is one */
};

extern const struct face_functions face_aws, face_google, face_azure, face_arduino, face_mosquitto,
    face_psk;

/* face.c. @param packet  "CONNECT", ...; "TLS". detail may be NULL. */
void face_refuse(struct face_conn *conn, enum face_rule_id rule, const char *packet,
                 struct decision *ret, const char *detail, ...)
    __attribute__((format(printf, 5, 6)));
void face_remark(struct face_conn *conn, enum face_rule_id rule, const char *packet,
                 const char *detail, ...) __attribute__((format(printf, 4, 5)));
/* @param by  "certificate", "token", ... */
void face_accept(struct face_conn *conn, const char *device, const char *by);
int64_t face_time(const struct face *face);
/* Queue a message of the service's of QoS 1, for a connection, or (to NULL) for who subscribed. */
void face_say(struct face *face, struct face_conn *to, const char *topic, const void *payload,
              size_t len);
/* The same; false: it does not fit any more. topic and payload are copied. */
struct speech {
    struct face_conn *to;
    const char *topic;
    const void *payload;
    size_t len;
    unsigned qos;
    uint32_t ticket;
};
bool face_speak(struct face *face, const struct speech *speech);

struct service_note {
    const char *service, *operation;
    const char *item;   /* shadow name, job id; NULL: none */
    const char *status; /* NULL: none */
    int64_t version;    /* -1: none */
    int64_t code;       /* of a rejection; 0: none */
    const char *text;   /* NULL: none */
};
void face_note_service(const struct face_conn *conn, const struct service_note *note);
/* Of a device that may be away; conn: the number of its connection, or 0. */
void face_note_device(const struct face *face, uint32_t conn, const char *device,
                      const struct service_note *note);

/* A view as a text: cut at cap, what is not printable as '?'. */
const char *face_text(struct mqtt_view view, char *text, size_t cap);
bool face_view_is(struct mqtt_view view, const char *text);

/* topics.c: is topic, or filter, one of the pattern's? "{device}" is that text, '#' any rest. */
bool face_topic_fits(const char *pattern, const char *device, struct mqtt_view topic);
bool face_topic_is_one_of(const char *const *patterns, const char *device, struct mqtt_view topic);

/* certificate.c: the hash in hex of a certificate in PEM, or the hex itself without colons. */
ASSAY_RESULT face_certificate_hash(const char *text, char ret[static 65], struct assay_error *err);
bool face_certificate_is(const struct face_conn *conn, const char *hash);

/* aws_websocket.c */
bool aws_upgrade(struct face_conn *conn, const char *path, const char *host, struct buf *refusal);

/* aws_authorizer.c */
void aws_authorize(struct face_conn *conn, const struct mqtt_connect *c, struct decision *ret);

/* shadow.c; topic is what stands behind $aws/things/THING/. */
ASSAY_RESULT shadows_new(const struct face_settings *settings, struct shadows **ret,
                         struct assay_error *err);
void shadows_free(struct shadows *shadows);
/* Is it a request of the shadow service's? Answers it. */
bool shadows_request(struct face_conn *conn, const char *thing, const char *rest,
                     struct mqtt_view payload);
/* An application changes the desired state, once, as the settings say. */
void shadows_desire(struct face_conn *conn, const char *thing);

/* An application changes the desired state of a thing, which may be away; null takes it away. */
ASSAY_RESULT shadows_order(struct face *face, const char *thing, const char *shadow,
                           const char *desired, struct assay_error *err);

/* jobs.c */
ASSAY_RESULT jobs_new(const struct face_settings *settings, struct jobs **ret,
                      struct assay_error *err);
void jobs_free(struct jobs *jobs);
bool jobs_request(struct face_conn *conn, const char *thing, const char *rest,
                  struct mqtt_view payload);
/* Another job, where the last one has ended. @retval ASSAY_ERR_STATE  it has not */
ASSAY_RESULT jobs_order(struct face *face, const char *thing, const char *id, const char *document,
                        struct assay_error *err);
/* The job is created, if it is not yet, and told. */
void jobs_create(struct face_conn *conn, const char *thing);

/* google.c */
void bridge_free(struct bridge *bridge);

/* azure_device.c and what belongs to it: azure.h */
void hub_free(struct hub *hub);

/* twin.c */
ASSAY_RESULT twin_new(const struct face_settings *settings, struct twin **ret,
                      struct assay_error *err);
void twin_free(struct twin *twin);
bool twin_request(struct face_conn *conn, struct mqtt_view topic, struct mqtt_view payload);

#endif
