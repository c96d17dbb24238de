/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One attempt: fresh servers of one scenario, one order to the board, everything that both sides
 * do until it is over, as events.
 */
#ifndef RUN_ATTEMPT_H
#define RUN_ATTEMPT_H

#include "base/transcript.h"
#include "board/board.h"
#include "judge/judge.h"
#include "network/network.h"
#include "pki/pki.h"
#include "remote_trust.h"
#include "scenario/scenario.h"

#include <uv.h>

/* What the board is given to say to the broker; made once per run. */
struct credentials {
    char client_id[40];
    char username[40];
    char password[40];
    char topic[80];
    char filter[80]; /* of its commands, where it keeps a session */
    char payload[80];
};

ASSAY_RESULT credentials_make(struct credentials *ret);

/* What all attempts of one board share. */
struct attempt_bed {
    uv_loop_t *loop;
    struct pki_store *store;
    struct board *board;
    const struct credentials *credentials;
    const struct network *network;
    const struct remote_trust *remote; /* what its user gives; NULL: the bench issues it all */
    const char *service;               /* what the board is a client of: "mqtts", ... */
    bool behind;                       /* a mosquitto answers behind the brokers of scenarios */
    int64_t base_unix_s;               /* scenario time at start_ns */
    uint64_t start_ns;                 /* monotonic */
    unsigned timeout_ms;     /* of an attempt, where the scenario names none; 0: the board file's */
    bool is_told;            /* the board takes settings from us, such as its first wait */
    unsigned soak_ms;        /* how long scenarios with outages take; 0: as they say */
    int64_t seed;            /* of what is drawn in them */
    unsigned session_factor; /* of how long a session is kept; 0 counts as 1 */
    unsigned file_ms;        /* what the board's file allows for getting ready and connecting */
    struct prepared_servers *prepared;       /* of the attempt that comes next; NULL: none */
    bool interrupted;                        /* set from outside: give up */
    void (*cancel)(struct attempt_bed *bed); /* of the running attempt; NULL between attempts */
    void *running;
};

/* Servers that were made ready while a board was busy. NULL is allowed. */
void prepared_servers_free(struct prepared_servers *prepared);

struct attempt_request {
    const struct scenario *scenario;
    const struct scenario *control; /* of boards that serve: a good client comes afterwards */
    const struct scenario *next;    /* what will most likely be asked for after it, or NULL */
    int number;                     /* in its transcript */
    const char *role;
    const char *const *serves; /* ids of the cases that this attempt serves */
    size_t serves_count;
    unsigned repeat;
    int64_t rung;  /* how much is tried, with the role "rung" */
    unsigned step; /* of the case's steps, from 1; 0: it is none of them */
};

/*
 * Run one attempt and append its events to t.
 * @param ret  facts of the attempt; its texts are borrowed from t
 * @retval ASSAY_ERR_INTERRUPTED  bed->interrupted was set
 * @return otherwise ASSAY_OK also when the board did nothing: that is an observation. An error
 *         means that the bench itself could not do its part.
 */
ASSAY_RESULT attempt_run(struct attempt_bed *bed, const struct attempt_request *request,
                         struct transcript *t, struct observation *ret, struct assay_error *err);

/* RFC 3339 text of the scenario time at which the attempts of this bed are now. */
int64_t attempt_bed_now_s(const struct attempt_bed *bed);

#endif
