/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Flaws of what is around a TLS stack: how a board waits, tries again, takes the time, closes. Any
 * stack can have them. They are put between the probe core and what it calls.
 */
#ifndef VIRTUAL_HABITS_H
#define VIRTUAL_HABITS_H

#include "virtual_mqtt.h"
#include "virtual_net.h"
#include "virtual_stack.h"

#include "probe/probe_client.h"
#include "probe/probe_platform.h"
#include "probe/probe_web.h"

enum virtual_habit {
    HABIT_RESULT = VIRTUAL_FLAW_HABITS,
    HABIT_RETRY,
    HABIT_PLAIN,
    HABIT_PLAIN_FIRST,
    HABIT_ENDLESS,
    HABIT_PER_READ,
    HABIT_SHORT,
    HABIT_RESET_ON_ALERT,
    HABIT_SNTP,
    HABIT_ERA,
    HABIT_32_BIT,
    HABIT_CACHED,
    HABIT_GRUDGE,
    HABIT_LEAP,
    HABIT_SNTP_ZERO,
    HABIT_SNTP_EPOCH,
    HABIT_SNTP_ENDLESS,
    HABIT_NO_TIME,
    HABIT_FLOOR,
    HABIT_DNS_CRASH,
    HABIT_RST_CRASH,
    HABIT_MEMORY,
    HABIT_LEAK,
    HABIT_KEEP_ALIVE,
    HABIT_CLIENT_ID,
    HABIT_SHARED_TOPIC,
    HABIT_DUP,
    HABIT_NO_DISCONNECT,
    HABIT_CONNACK_CODE,
    HABIT_ACK_UNREAD,
    HABIT_LENGTH,
    HABIT_TOPIC_LENGTH,
    HABIT_CALLBACK,
    HABIT_PROTOCOL_NAME,
    HABIT_RESERVED_FLAG,
    HABIT_PASSWORD_ALONE,
    HABIT_CLIENT,                                       /* and on: enum probe_client_flaw */
    HABIT_WEB = HABIT_CLIENT + PROBE_CLIENT_FLAW_COUNT, /* and on: enum probe_web_flaw */
    HABIT_END = HABIT_WEB + PROBE_WEB_FLAW_COUNT
};

/* Ends with a NULL name. */
extern const struct virtual_flaw virtual_habits[];

struct virtual_habits_state {
    const struct virtual_flaw_set *flaws;
    const struct probe_tls *inner; /* the stack's adapter */
    struct probe_tls tls;          /* what the core sees */
    struct probe_platform below;   /* the platform's functions that are wrapped */
    struct virtual_net *net;
    struct probe_tls_config config; /* of the connection; for trying again */
    uint8_t ip[4];
    uint16_t port;
    bool is_open;
    bool is_shaken; /* the handshake is done */
    bool is_plain;  /* the connection is one without TLS by now */
    bool is_reconnecting;
    bool is_left; /* the server has ended the connection */
    unsigned retries;
    unsigned failures;  /* since the reset */
    uint64_t opened_ms; /* by the real clock */
    uint64_t heard_ms;
    uint8_t request[48]; /* of SNTP, as sent */
    bool waits_for_time; /* asked_ms: since when; for the time or for an address */
    bool waits_for_name;
    bool lacks_time; /* HABIT_NO_TIME: nobody told it */
    uint64_t asked_ms;
    struct virtual_mqtt mqtt;
    unsigned acks_due; /* HABIT_RESULT: the MQTT packet that waits for its answer */
    int64_t first_unix_s;
    uint64_t first_ms;
    char first_host[128]; /* HABIT_CLIENT + PROBE_CLIENT_MOVE_UNCHECKED */
    bool holds_grudge;    /* HABIT_GRUDGE: refuses until it is reset */
    bool wants_reset;     /* HABIT_RESET_ON_ALERT: to be done by the board */
    struct probe_failure failure;
    bool has_failure;
};

/*
 * Put the flaws around a stack and a platform.
 * @param inner     borrowed
 * @param flaws     borrowed
 * @param platform  is changed; the state is given to its functions
 */
void virtual_habits_wrap(struct virtual_habits_state *state, const struct virtual_flaw_set *flaws,
                         const struct probe_tls *inner, struct virtual_net *net,
                         struct probe_platform *platform);

/* Milliseconds as the core shall see them. */
uint32_t virtual_habits_millis(const struct virtual_habits_state *state);

/* Something of the server's arrived. */
void virtual_habits_heard(void *state);

/* Forget everything: the board was reset. */
void virtual_habits_reset(struct virtual_habits_state *state);

/* Milliseconds until the core has to be stepped although nothing happened; -1: never. */
int virtual_habits_wait_ms(const struct virtual_habits_state *state);

#endif
