/* SPDX-License-Identifier: Apache-2.0 */
#include "timers.h"

#include <stdlib.h>

enum { FIRST_ROOM = 16 };

static void place(struct broker_timers *t, size_t at, struct broker_timer *timer)
{
    t->heap[at - 1] = timer;
    timer->place = at;
}

static void sift_up(struct broker_timers *t, size_t at, struct broker_timer *timer)
{
    while (at > 1 && t->heap[at / 2 - 1]->due_ms > timer->due_ms) {
        place(t, at, t->heap[at / 2 - 1]);
        at /= 2;
    }
    place(t, at, timer);
}

static void sift_down(struct broker_timers *t, size_t at, struct broker_timer *timer)
{
    for (size_t child = at * 2; child <= t->count; child = at * 2) {
        if (child < t->count && t->heap[child]->due_ms < t->heap[child - 1]->due_ms)
            child++;
        if (t->heap[child - 1]->due_ms >= timer->due_ms)
            break;
        place(t, at, t->heap[child - 1]);
        at = child;
    }
    place(t, at, timer);
}

enum assay_status broker_timer_start(struct broker_timers *timers, struct broker_timer *timer,
                                     uint64_t due_ms)
{
    broker_timer_stop(timers, timer);
    if (timers->count == timers->room) {
        size_t room = timers->room > 0 ? timers->room * 2 : FIRST_ROOM;
        struct broker_timer **heap = realloc(timers->heap, room * sizeof(*heap));

        if (heap == NULL)
            return ASSAY_ERR_NOMEM;
        timers->heap = heap;
        timers->room = room;
    }
    timer->due_ms = due_ms;
    sift_up(timers, ++timers->count, timer);
    return ASSAY_OK;
}

void broker_timer_stop(struct broker_timers *timers, struct broker_timer *timer)
{
    size_t at = timer->place;
    struct broker_timer *last = NULL;

    if (at == 0)
        return;
    last = timers->heap[--timers->count];
    timer->place = 0;
    if (last == timer)
        return;
    if (last->due_ms < timer->due_ms)
        sift_up(timers, at, last);
    else
        sift_down(timers, at, last);
}

struct broker_timer *broker_timers_first(const struct broker_timers *timers)
{
    return timers->count > 0 ? timers->heap[0] : NULL;
}

void broker_timers_done(struct broker_timers *timers)
{
    free(timers->heap);
    *timers = (struct broker_timers){0};
}
