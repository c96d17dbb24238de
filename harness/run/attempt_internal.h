/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parts of one attempt share: its servers, its board, the waiting, and the whole of it.
 */
#ifndef RUN_ATTEMPT_INTERNAL_H
#define RUN_ATTEMPT_INTERNAL_H

#include "attempt.h"

#include "clock/scenario_clock.h"
#include "mock/mock.h"
#include "prober/prober.h"

enum ended { ENDED_NOT, ENDED_RESULT, ENDED_CLOSED, ENDED_DEADLINE, ENDED_CANCELLED };

/* What one attempt holds while it runs. */
struct attempt {
    struct attempt_bed *bed;
    const struct attempt_request *request;
    struct value *description; /* the scenario's, as this board is served it */
    const struct event_sink *sink;
    struct scenario_clock clock;
    int64_t board_unix_s;
    int64_t board_ahead_s; /* of the scenario clock */
    struct mock *mock;
    struct prober *prober; /* of a board that serves, in place of the mock */
    bool is_listening;     /* the board told where it serves */
    bool visits_over;
    struct value *services; /* of a board that serves: what its DNS and SNTP servers are */
    struct value *still;    /* the description of the good client that comes afterwards */
    uv_timer_t timer;
    bool timer_open;
    bool board_done;
    bool grace_over;
    bool broken;   /* the driver did not answer */
    bool given_up; /* the servers failed */
    struct board_outcome outcome;
    struct buf root, cert, key;
};

/* A text of the attempt's description, or `otherwise` where it has none. */
const char *attempt_text(const struct attempt *a, const char *path, const char *otherwise);

/* ---- attempt_servers.c ---- */

/* Start the servers: the ones that were prepared, or fresh ones. */
ASSAY_RESULT attempt_start_servers(struct attempt *a, struct assay_error *err);

/*
 * The description of a scenario as it is served to the board of this bed: where the scenario means
 * a broker, with TLS or without, a board that is a client of something else is served that. The
 * control counts for boards that serve. NULL: no memory. The caller owns it.
 */
struct value *attempt_description(const struct attempt_bed *bed, const struct scenario *scenario,
                                  const struct scenario *control);

/* The root that the board is to trust, and its identity where the scenario issues one. */
ASSAY_RESULT attempt_make_trust(struct attempt *a, struct assay_error *err);

/* Make the servers of the next attempt. A failure is not told: that attempt meets and names it. */
void attempt_prepare_next(struct attempt *a);

/* ---- attempt_board.c ---- */

/* How long the board is to keep its session, where it is asked to keep one. */
unsigned attempt_lasts_ms(const struct attempt *a);

/* Tell the board to connect; a->outcome and a->board_done say how it went. */
ASSAY_RESULT attempt_order_board(struct attempt *a, struct assay_error *err);

/* ---- attempt_wait.c ---- */

/* The timer of the waiting. */
ASSAY_RESULT attempt_open_timer(struct attempt *a, struct assay_error *err);
void attempt_close_timer(struct attempt *a);

/* Run the loop until the board has answered and its connections are closed. */
ASSAY_RESULT attempt_wait_for_end(struct attempt *a, const struct transcript *t);

/* Tell the running attempt of this bed to end. */
void attempt_cancel(struct attempt_bed *bed);

#endif
