/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What falls due, in a heap: for owners that have thousands of such times, mostly far away and
 * moved before they come. It knows no clock; who asks for the first one looks at it.
 */
#ifndef BASE_TIMERS_H
#define BASE_TIMERS_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

/* Lies in what it belongs to. Begin with zeros. */
struct timer {
    uint64_t due_ms;
    uint32_t place; /* in the heap, from 1; 0: it does not run */
    uint32_t kind;  /* what it is for: the owner's to say */
};

/* What a timer is the `member` of. */
#define TIMER_OWNER(timer, type, member) ((type *)(void *)((char *)(timer)-offsetof(type, member)))

/* Begin with zeros. */
struct timers {
    struct timer **heap; /* owned; the first one falls due first */
    uint32_t count;
    uint32_t room;
};

/* Room for so many that run at once: with it timers_start() cannot fail. ASSAY_ERR_NOMEM. */
ASSAY_RESULT timers_reserve(struct timers *timers, size_t count);
/* (Re)start. ASSAY_ERR_NOMEM only when it did not run. */
ASSAY_RESULT timers_start(struct timers *timers, struct timer *timer, uint64_t due_ms);
void timers_stop(struct timers *timers, struct timer *timer); /* nothing when it does not run */
/* The first one; NULL: none. */
struct timer *timers_first(const struct timers *timers);
void timers_done(struct timers *timers);

#endif
