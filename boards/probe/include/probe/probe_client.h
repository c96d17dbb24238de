/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An MQTT client that keeps its session: 3.1.1 and 5.0, sans-I/O, no malloc. Bytes and the time
 * come in, bytes go out. It subscribes, answers what it is sent, publishes now and then, keeps the
 * connection alive, and remembers over connections what MQTT says that a client has to remember
 * (3.1.1 and 5.0 section 4.1).
 *
 *     probe_client_init(&client, &config);
 *     for each connection:
 *         probe_client_open(&client, now);
 *         while it goes on:
 *             send probe_client_output(), say so with probe_client_sent();
 *             probe_client_feed(&client, what arrived, now);
 *             probe_client_tick(&client, now) after probe_client_wait_ms() at the latest
 *
 * What it is sent to its filter is a command. It carries a command out once, and says so: it
 * publishes "did <command>" to its topic. As a device of AWS IoT Core it has its shadow and its
 * jobs beside that.
 */
#ifndef PROBE_PROBE_CLIENT_H
#define PROBE_PROBE_CLIENT_H

#include "probe/probe_messages.h"
#include "probe/probe_platform.h"

#include <stddef.h>
#include <stdint.h>

enum {
    PROBE_CLIENT_IN = 2048,    /* bytes of the largest packet that it takes */
    PROBE_CLIENT_OUT = 1024,   /* bytes that wait to be sent */
    PROBE_CLIENT_WINDOW = 4,   /* messages of its own that are under way */
    PROBE_CLIENT_INCOMING = 8, /* messages of QoS 2 that wait for their PUBREL */
    PROBE_CLIENT_COMMANDS = 4, /* that it remembers, and that may wait to be answered */
    PROBE_CLIENT_COMMAND_MAX = 63,
    PROBE_CLIENT_HOST_MAX = 127,
    PROBE_CLOUD_STATE_MAX = 256, /* bytes of a desired state that it can take */
    PROBE_CLOUD_JOB_MAX = 64     /* letters of a job's id */
};

/* X(constant, what the client does not do): docs/formats/flaws.md has them under their names. */
#define PROBE_CLIENT_FLAW_MAP(X)                                                                   \
    X(PROBE_CLIENT_NO_PING)            /* says nothing while it has nothing to say */              \
    X(PROBE_CLIENT_PINGRESP_UNAWAITED) /* sends PINGREQ and looks for no answer */                 \
    X(PROBE_CLIENT_OWN_TRAFFIC_ALIVE)  /* what it sends itself keeps the connection alive */       \
    X(PROBE_CLIENT_SUBACK_UNAWAITED)   /* takes a subscription for granted */                      \
    X(PROBE_CLIENT_SUBACK_UNREAD)      /* takes every SUBACK for a yes */                          \
    X(PROBE_CLIENT_NO_PUBACK)          /* does not acknowledge messages of QoS 1 */                \
    X(PROBE_CLIENT_NO_PUBCOMP)         /* does not complete messages of QoS 2 */                   \
    X(PROBE_CLIENT_NO_RESEND)          /* forgets what was not acknowledged */                     \
    X(PROBE_CLIENT_RESEND_NEW_ID)      /* sends it again as a new message */                       \
    X(PROBE_CLIENT_RESEND_NO_DUP)      /* sends it again without DUP */                            \
    X(PROBE_CLIENT_RESEND_AT_ONCE)     /* sends it again on the same connection */                 \
    X(PROBE_CLIENT_NO_RESUBSCRIBE)     /* does not subscribe again when its session was lost */    \
    X(PROBE_CLIENT_COMMAND_TWICE)      /* carries a command out as often as it comes */            \
    X(PROBE_CLIENT_RETAINED_COMMAND)   /* carries out what was retained */                         \
    X(PROBE_CLIENT_TOPIC_UNCHECKED)    /* takes any topic */                                       \
    X(PROBE_CLIENT_QOS_UNCHECKED)      /* takes QoS 3 */                                           \
    X(PROBE_CLIENT_SMALL_BUFFER)       /* has room for 64 bytes */                                 \
    X(PROBE_CLIENT_WHOLE_PACKETS)      /* expects that a packet arrives in one piece */            \
    X(PROBE_CLIENT_FIRST_PACKET)       /* looks at the first packet of what arrived */             \
    X(PROBE_CLIENT_SERVER_KEEP_ALIVE)  /* 5.0: keeps its own keep alive */                         \
    X(PROBE_CLIENT_RECEIVE_MAXIMUM)    /* 5.0: sends as many messages as it likes */               \
    X(PROBE_CLIENT_MAXIMUM_PACKET)     /* 5.0: sends packets of any size */                        \
    X(PROBE_CLIENT_MOVE_UNCHECKED)     /* goes where a message tells it to without TLS */          \
    X(PROBE_CLIENT_NO_RECONNECT)       /* gives up with its first connection */                    \
    X(PROBE_CLIENT_BACKOFF_CONSTANT)   /* waits as long every time */                              \
    X(PROBE_CLIENT_BACKOFF_LINEAR)     /* waits longer by the same amount every time */            \
    X(PROBE_CLIENT_BACKOFF_PLAIN)      /* doubles its wait, without chance */                      \
    X(PROBE_CLIENT_BACKOFF_KEPT)       /* does not begin anew after a good connection */           \
    X(PROBE_CLIENT_BACKOFF_UNCAPPED)   /* doubles its wait for ever */                             \
    X(PROBE_CLIENT_GIVES_UP)           /* stops to come back after eight failures */               \
    X(PROBE_CLIENT_PASSWORD_PRINTED)   /* prints its password */                                   \
    X(PROBE_CLIENT_PASSWORD_BUILT_IN)  /* has one of its own beside its certificate */             \
    X(PROBE_CLIENT_SHADOW_UNREPORTED)  /* reports no state by itself */                            \
    X(PROBE_CLIENT_DELTA_IGNORED)      /* does not follow what is desired of it */                 \
    X(PROBE_CLIENT_JOB_UNFINISHED)     /* begins a job and never reports its end */

enum probe_client_flaw {
#define X(id) id,
    PROBE_CLIENT_FLAW_MAP(X)
#undef X
        PROBE_CLIENT_FLAW_COUNT
};

#define PROBE_CLIENT_FLAW_BIT(flaw) ((uint64_t)1 << (flaw))

/* A cloud whose own services it uses beside everything else. */
enum probe_cloud_name { PROBE_CLOUD_NONE, PROBE_CLOUD_AWS };

struct probe_client_config {
    struct probe_mqtt_text client, user, pass; /* credentials; empty ones are left out */
    struct probe_mqtt_text filter;             /* subscribed to; empty: nothing is */
    struct probe_mqtt_text topic, payload;     /* of what is published */
    uint32_t keep_alive_s;
    uint32_t every_ms; /* between two messages; 0: one is all */
    uint32_t ack_ms;   /* how long an answer is waited for */
    uint8_t version;   /* level of CONNECT: 4 (3.1.1) or 5 */
    uint8_t is_clean;
    uint8_t filter_qos;
    uint8_t qos;
    uint8_t cloud;  /* enum probe_cloud_name */
    uint64_t flaws; /* PROBE_CLIENT_FLAW_BIT() of each */
    void *log_ctx;
    void (*log)(void *ctx, const char *text); /* NULL: nobody listens */
};

/* A message of its own that is not completed. */
struct probe_client_message {
    uint16_t id; /* 0: the place is free */
    uint8_t qos;
    uint8_t was_sent;    /* on any connection: DUP is due */
    uint8_t is_sent;     /* on this one */
    uint8_t is_received; /* PUBREC has come: PUBREL is what is due */
    uint32_t sent_ms;
    uint8_t tries;                          /* on this connection */
    char did[PROBE_CLIENT_COMMAND_MAX + 1]; /* the command that it answers; "": the payload */
};

/* Of a device of AWS IoT Core. */
struct probe_cloud {
    uint8_t wants;                     /* a bit for each message that is due */
    char job[PROBE_CLOUD_JOB_MAX + 1]; /* the last one that it was given on this connection */
    char state[PROBE_CLOUD_STATE_MAX]; /* that was desired last: a JSON object */
    uint16_t state_len;
};

enum probe_client_subscription {
    PROBE_CLIENT_UNSUBSCRIBED,
    PROBE_CLIENT_ASKED,
    PROBE_CLIENT_SUBSCRIBED,
    PROBE_CLIENT_DENIED
};

struct probe_client {
    const struct probe_client_config *config;
    /* Of the connection. */
    uint8_t is_open, is_accepted, is_broken, is_ping_open, is_leaving;
    uint32_t opened_ms, sent_ms, heard_ms, ping_ms;
    uint32_t keep_alive_s; /* 5.0: the server may have another one */
    uint32_t peer_packet_max, peer_window;
    uint8_t in[PROBE_CLIENT_IN];
    size_t in_len;
    uint8_t out[PROBE_CLIENT_OUT];
    size_t out_len;
    /* Of the session. */
    uint16_t last_id;
    enum probe_client_subscription subscription;
    uint16_t subscribe_id;
    uint8_t subscribe_tries;
    uint32_t subscribed_ms;
    struct probe_client_message window[PROBE_CLIENT_WINDOW];
    uint16_t incoming[PROBE_CLIENT_INCOMING]; /* identifiers; 0: free */
    uint32_t commands[PROBE_CLIENT_COMMANDS]; /* what was carried out last, as checksums */
    uint8_t next_command;
    char todo[PROBE_CLIENT_COMMANDS][PROBE_CLIENT_COMMAND_MAX + 1]; /* answers that wait */
    uint8_t todo_count;
    uint8_t has_published;
    uint32_t published_ms;
    uint32_t acknowledged; /* messages of its own */
    struct probe_cloud cloud;
    /* Where it was told to go: a server reference of 5.0, or the command "broker=<host>". */
    char move_to[PROBE_CLIENT_HOST_MAX + 1];
    /* Why it is broken, and what is wrong although it goes on; code PROBE_CODE_OK: nothing. */
    struct probe_failure failure;
};

/* A new session. config is borrowed for the life of the client. */
void probe_client_init(struct probe_client *client, const struct probe_client_config *config);

/* A connection is open: CONNECT is to be sent. */
void probe_client_open(struct probe_client *client, uint32_t now_ms);

/* What is to be sent next, and that so many bytes of it were. */
const uint8_t *probe_client_output(const struct probe_client *client, size_t *ret_len);
void probe_client_sent(struct probe_client *client, size_t len);

/* Room for what arrives; never 0 while the connection goes on. */
size_t probe_client_room(const struct probe_client *client);

/*
 * Bytes that arrived, no more than there is room for. @return 0: the connection has to be closed,
 * client->failure says why
 */
int probe_client_feed(struct probe_client *client, const void *data, size_t len, uint32_t now_ms);

/* Time has passed. @return as probe_client_feed() */
int probe_client_tick(struct probe_client *client, uint32_t now_ms);

/* Milliseconds until probe_client_tick() is due. */
int32_t probe_client_wait_ms(const struct probe_client *client, uint32_t now_ms);

/* DISCONNECT is to be sent, and nothing after it. */
void probe_client_leave(struct probe_client *client);

/*
 * Has all been said, on both sides: subscribed or refused, its message acknowledged, and nothing
 * heard since for long enough that nothing more is to be expected?
 */
int probe_client_is_quiet(const struct probe_client *client, uint32_t now_ms);

/* Is all as it should be: accepted, subscribed where it is asked for, a message acknowledged? */
int probe_client_is_well(const struct probe_client *client);

#endif
