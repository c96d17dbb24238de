/* SPDX-License-Identifier: Apache-2.0 */
/* The connections of a board that keeps its session, each with what rules ask of it. */
#ifndef JUDGE_STAY_LINKS_H
#define JUDGE_STAY_LINKS_H

#include "judge_rules.h"

enum { STAY_LINKS_MAX = 128 };

struct stay_link {
    uint32_t conn;
    uint64_t opened_ns;
    uint64_t connect_ns;  /* of CONNECT; 0: there was none */
    uint64_t accepted_ns; /* of a CONNACK that says yes; 0: there was none */
    uint64_t ended_ns;    /* of the first sign of its end, whoever gave it */
    uint64_t heard_ns;    /* of the last packet from the board */
    uint64_t said_ns;     /* ... and of the last one to it */
    uint64_t longest_ns;  /* without a packet from the board, from CONNECT to the end */
    int64_t version;      /* of MQTT; 0: none */
    int64_t keep_alive_s; /* of CONNECT, or the one that CONNACK of 5.0 set */
    unsigned pings;
    bool clean;
    bool resumed;  /* the broker had its session */
    bool left;     /* DISCONNECT came */
    bool is_ended; /* before the attempt was */
    bool ended_by_board;
};

struct stay_links {
    struct stay_link rows[STAY_LINKS_MAX];
    size_t count;
};

/* All connections of the view. */
void stay_links_read(const struct rule_view *view, struct stay_links *ret);

/* The link that an event of the same view belongs to; NULL: none. */
struct stay_link *stay_link_of(struct stay_links *links, const struct event *e);

uint64_t stay_ms(uint64_t from_ns, uint64_t to_ns);

/* A packet of this type, from the board (rx) or to it. */
bool stay_is_packet(const struct event *e, bool from_board, const char *type);

#endif
