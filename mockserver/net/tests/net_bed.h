/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A test bed for sockets: a loop, a net whose events go to a transcript, a service that can be told
 * what to do, and peers, which are plain sockets watched by the same loop.
 */
#ifndef NET_BED_H
#define NET_BED_H

#include "base/event_kinds.h"
#include "base/transcript.h"
#include "net/net.h"

struct bed;

struct bed_session {
    struct bed *bed;
    struct net_conn *conn;
};

struct bed {
    uv_loop_t loop;
    struct transcript *transcript;
    struct net *net;
    struct net_service service;
    unsigned port;
    /* What the service does. */
    const char *greeting; /* sent on opening, may be NULL */
    bool echoes;
    bool refuses;
    bool finishes_on_open;
    bool keeps_open_on_end;
    uint64_t expects_ms;
    /* What it saw. */
    struct buf got;
    size_t awaited; /* a test's own: how long got is to become */
    size_t opened;
    size_t ended;
    size_t idled;
    size_t closed;
    enum net_by by;
    enum net_how how;
    struct net_conn *last_conn;
    enum assay_status send_status;
};

enum { PEER_CHUNKS = 64 };

struct peer {
    struct bed *bed;
    uv_poll_t poll;
    int fd;
    struct buf got;
    size_t awaited; /* a test's own: how long got is to become */
    bool connected;
    bool ended; /* the bench's FIN was read */
    bool reset; /* ECONNRESET */
    bool lazy;  /* does not read */
    size_t chunks;
    uint64_t chunk_ns[PEER_CHUNKS];
    size_t chunk_len[PEER_CHUNKS];
};

bool bed_open(struct bed *bed);
/* rules as "key=value key=value"; NULL: none. Fills bed->port. */
bool bed_listen(struct bed *bed, const char *rules);
void bed_close(struct bed *bed);

/* Run the loop until ready(ctx); false after two seconds. */
bool bed_wait(struct bed *bed, bool (*ready)(void *ctx), void *ctx);
/* Run the loop for that long: only for showing that something does not happen. */
void bed_linger(struct bed *bed, unsigned ms);

bool peer_connect(struct peer *peer, struct bed *bed);
bool peer_send(struct peer *peer, const void *data, size_t len);
void peer_end(struct peer *peer);   /* FIN, reads on */
void peer_reset(struct peer *peer); /* RST */
void peer_close(struct peer *peer);

/* Conditions for bed_wait(). */
bool peer_is_ended(void *peer);
bool peer_is_reset(void *peer);
bool bed_is_closed(void *bed);
bool bed_is_open(void *bed);
bool bed_has_ended(void *bed);

/* The nth event of a kind, from 0; NULL: none. */
const struct event *bed_event(const struct bed *bed, const char *kind, size_t nth);
size_t bed_count(const struct bed *bed, const char *kind);
/* The bytes of all EV_NET_DATA of one direction, in order. */
bool bed_bytes(const struct bed *bed, const char *dir, struct buf *out);
/* The map for "key=value ..."; numbers where they look like some. */
struct value *bed_rules(const char *text);

#endif
