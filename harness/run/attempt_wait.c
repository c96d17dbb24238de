/* SPDX-License-Identifier: Apache-2.0 */
/* Waiting until an attempt is over: for the board, for its connections, and not for ever. */
#include "attempt_internal.h"

#include "base/event_kinds.h"

enum {
    /* After the board has reported, its connections get this long to close by themselves. */
    CLOSE_GRACE_MS = 300,
    /* A driver that has not answered this long after its own time-out is broken. */
    DRIVER_GRACE_MS = 60000,
    /* What all visits to a board that serves may take. */
    VISITS_MS = 600000
};

static void on_timer(uv_timer_t *timer)
{
    struct attempt *a = timer->data;

    if (a->board_done)
        a->grace_over = true;
    else
        a->broken = true;
    uv_stop(a->bed->loop);
}

static void on_timer_closed(uv_handle_t *handle)
{
    ((struct attempt *)handle->data)->timer_open = false;
}

enum assay_status attempt_open_timer(struct attempt *a, struct assay_error *err)
{
    if (uv_timer_init(a->bed->loop, &a->timer) != 0)
        return assay_error_set(err, ASSAY_ERR_IO, "no timer");
    a->timer.data = a;
    a->timer_open = true;
    return ASSAY_OK;
}

void attempt_close_timer(struct attempt *a)
{
    if (a->timer_open)
        uv_close((uv_handle_t *)&a->timer, on_timer_closed);
    while (a->timer_open)
        uv_run(a->bed->loop, UV_RUN_ONCE);
}

void attempt_cancel(struct attempt_bed *bed)
{
    struct attempt *a = bed->running;

    if (a != NULL && !a->board_done)
        board_cancel(bed->board, CAUSE_HARNESS, "interrupted");
    if (a != NULL)
        a->grace_over = true;
}

/* What the bench itself has still to do: connections of its servers, or visits. */
static bool is_bench_done(const struct attempt *a)
{
    if (a->prober != NULL)
        return (a->visits_over || !a->is_listening) && prober_open_connections(a->prober) == 0;
    return mock_open_connections(a->mock) == 0;
}

/* Did the server's certificate leave? Then the board is busy with it, and we are not. */
static bool certificate_left(const struct transcript *t, size_t *seen)
{
    while (*seen < transcript_count(t))
        if (event_is(transcript_at(t, (*seen)++), EV_TLS_CERTIFICATE_SENT))
            return true;
    return false;
}

/* What the board does without them says nothing. */
static void give_up_without_servers(struct attempt *a)
{
    const char *why = a->mock != NULL ? mock_failure(a->mock) : NULL;

    if (why == NULL || a->board_done || a->given_up)
        return;
    a->given_up = true;
    board_cancel(a->bed->board, CAUSE_HARNESS, why);
}

enum assay_status attempt_wait_for_end(struct attempt *a, const struct transcript *t)
{
    size_t seen = transcript_count(t);
    unsigned deadline_ms = a->request->scenario->deadline_ms;
    uint64_t limit = (uint64_t)deadline_ms + attempt_lasts_ms(a) + a->bed->timeout_ms +
                     a->bed->file_ms + DRIVER_GRACE_MS;
    bool in_grace = false;

    if (a->prober != NULL)
        limit += VISITS_MS;
    if (uv_timer_start(&a->timer, on_timer, limit, 0) != 0)
        return ASSAY_ERR_IO;
    while (!a->broken && !(a->board_done && (a->grace_over || is_bench_done(a)))) {
        if (a->board_done && !in_grace && (a->prober == NULL || a->visits_over)) {
            in_grace = true;
            if (uv_timer_start(&a->timer, on_timer, CLOSE_GRACE_MS, 0) != 0)
                return ASSAY_ERR_IO;
        }
        uv_run(a->bed->loop, UV_RUN_ONCE);
        give_up_without_servers(a);
        if (a->bed->prepared == NULL && !a->board_done && certificate_left(t, &seen))
            attempt_prepare_next(a);
    }
    return ASSAY_OK;
}
