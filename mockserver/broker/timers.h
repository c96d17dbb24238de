/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the room: what falls due, in a heap. */
#ifndef BROKER_TIMERS_H
#define BROKER_TIMERS_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

struct broker_timer {
    uint64_t due_ms;
    size_t place; /* in the heap, from 1; 0: not in it */
    void *owner;
    void (*fire)(void *owner);
};

struct broker_timers {
    struct broker_timer **heap; /* owned; the first one falls due first */
    size_t count;
    size_t room;
};

/* (Re)start. ASSAY_ERR_NOMEM only when it did not run. */
ASSAY_RESULT broker_timer_start(struct broker_timers *timers, struct broker_timer *timer,
                                uint64_t due_ms);
void broker_timer_stop(struct broker_timers *timers, struct broker_timer *timer);
/* The first one; NULL: none. */
struct broker_timer *broker_timers_first(const struct broker_timers *timers);
void broker_timers_done(struct broker_timers *timers);

#endif
