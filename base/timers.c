/* SPDX-License-Identifier: Apache-2.0 */
#include "base/timers.h"

#include <stdlib.h>

enum { FIRST_ROOM = 16 };

static void place(struct timers *t, uint32_t at, struct timer *timer)
{
    t->heap[at - 1] = timer;
    timer->place = at;
}

static void sift_up(struct timers *t, uint32_t at, struct timer *timer)
{
    while (at > 1 && t->heap[at / 2 - 1]->due_ms > timer->due_ms) {
        place(t, at, t->heap[at / 2 - 1]);
        at /= 2;
    }
    place(t, at, timer);
}

static void sift_down(struct timers *t, uint32_t at, struct timer *timer)
{
    for (uint32_t child = at * 2; child <= t->count; child = at * 2) {
        if (child < t->count && t->heap[child]->due_ms < t->heap[child - 1]->due_ms)
            child++;
        if (t->heap[child - 1]->due_ms >= timer->due_ms)
            break;
        place(t, at, t->heap[child - 1]);
        at = child;
    }
    place(t, at, timer);
}

enum assay_status timers_reserve(struct timers *timers, size_t count)
{
    size_t room = timers->room > 0 ? timers->room : FIRST_ROOM;
    struct timer **heap = NULL;

    if (count <= timers->room)
        return ASSAY_OK;
    while (room < count)
        room *= 2;
    if (room > UINT32_MAX / 2)
        return ASSAY_ERR_NOMEM;
    heap = realloc(timers->heap, room * sizeof(struct timer *));
    if (heap == NULL)
        return ASSAY_ERR_NOMEM;
    timers->heap = heap;
    timers->room = (uint32_t)room;
    return ASSAY_OK;
}

enum assay_status timers_start(struct timers *timers, struct timer *timer, uint64_t due_ms)
{
    timers_stop(timers, timer);
    ASSAY_TRY(timers_reserve(timers, (size_t)timers->count + 1));
    timer->due_ms = due_ms;
    sift_up(timers, ++timers->count, timer);
    return ASSAY_OK;
}

void timers_stop(struct timers *timers, struct timer *timer)
{
    uint32_t at = timer->place;
    struct timer *last = NULL;

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

struct timer *timers_first(const struct timers *timers)
{
    return timers->count > 0 ? timers->heap[0] : NULL;
}

void timers_done(struct timers *timers)
{
    free(timers->heap);
    *timers = (struct timers){0};
}
