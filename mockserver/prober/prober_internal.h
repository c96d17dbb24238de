/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of this room share: a party that visits, and its visits. */
#ifndef PROBER_INTERNAL_H
#define PROBER_INTERNAL_H

#include "prober/answer.h"
#include "prober/prober.h"
#include "prober_request.h"

#include "net/net.h"
#include "net/net_rules.h"
#include "tls/tls.h"

/* One kind of client: of the case, or the good one. */
struct prober_party {
    struct prober_settings settings;
    struct net_rules rules;
    enum prober_protocol protocol;
    const char *host; /* borrowed from the description */
    struct pki_chain *chain;
    struct tls_context *context; /* NULL: the service has no TLS */
    struct net_service service;
};

enum prober_purpose { PROBER_FOR_CASE, PROBER_FOR_COMPANY, PROBER_FOR_STILL };

/* How a visit ended. */
enum prober_outcome {
    PROBER_NOBODY, /* no connection came about */
    PROBER_CLOSED,
    PROBER_ANSWERED,
    PROBER_SILENT,
    PROBER_LEFT
};

/* One connection. */
struct prober_visit {
    struct prober *prober;
    const struct prober_party *party;
    enum prober_purpose purpose;
    enum prober_opening opening;
    struct net_conn *conn; /* NULL: gone */
    struct tls_conn *tls;  /* NULL: without */
    struct prober_request request;
    size_t asked;    /* bytes of the request that have left */
    bool has_begun;  /* what comes after the handshake */
    bool has_asked;  /* the request has begun to leave */
    bool has_opened; /* the connection stands */
    bool is_over;    /* the outcome is known */
    bool waits_for_chunk;
    enum prober_outcome outcome;
    struct buf heard; /* of the answer */
    uint64_t began_ns;
    struct prober_visit *next_company;
};

struct prober {
    struct prober_options options;
    struct net *net;
    struct prober_party parties[2]; /* of the case, and the good one */
    char address[64];
    unsigned port;
    uv_timer_t limit; /* of the current visit */
    uv_timer_t chunk; /* until its next piece */
    unsigned timers;  /* that the loop holds */
    struct prober_visit *current;
    struct prober_visit *company;
    unsigned nth; /* request of the current purpose */
    unsigned company_made;
    enum prober_purpose at;
    bool is_done;
    bool is_closing;
};

/* ---- prober_visit.c ---- */

/* The service of all visits. */
extern const struct net_service prober_visit_service;

/*
 * Connect. A visit that cannot is an event and ends like one that was refused.
 * @param ret  the net's; it tells its end by prober_visit_gone()
 */
ASSAY_RESULT prober_visit_new(struct prober *prober, const struct prober_party *party,
                              enum prober_purpose purpose, enum prober_opening opening,
                              struct prober_visit **ret, struct assay_error *err);
/* It has waited long enough. */
void prober_visit_give_up(struct prober_visit *visit);
/* It is time for the next piece of its request. */
void prober_visit_go_on(struct prober_visit *visit);
/* Close it as one does. */
void prober_visit_leave(struct prober_visit *visit, enum prober_outcome outcome, const char *text);

/* ---- prober.c ---- */

/* The connection of this visit is gone; it is freed afterwards. */
void prober_visit_gone(struct prober_visit *visit);
void prober_wait_for_chunk(struct prober *prober, uint64_t ms);
/* The current visit is given up so much later, whatever its settings say. */
void prober_wait(struct prober *prober, uint64_t ms);

/* ---- prober_company.c ---- */

/* Let company come. False: all of it is there. */
bool prober_company_next(struct prober *prober);
/* One of them has come as far as it goes. */
void prober_company_settled(struct prober_visit *visit);
void prober_company_leave(struct prober *prober);
void prober_company_forget(struct prober_visit *visit);

/* Go on with what comes next. */
void prober_next(struct prober *prober);

#endif
