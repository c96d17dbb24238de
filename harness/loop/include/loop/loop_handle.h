/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Timers and descriptor watches of a libuv loop whose owner may be freed at once: the handle lives
 * on until the loop has closed it, and its callback is not called any more.
 */
#ifndef LOOP_LOOP_HANDLE_H
#define LOOP_LOOP_HANDLE_H

#include "base/status.h"

#include <stdbool.h>
#include <uv.h>

typedef void (*loop_call_fn)(void *ctx);

struct loop_timer;
struct loop_watch;
struct loop_soon;

struct loop_timer *loop_timer_new(uv_loop_t *loop, loop_call_fn call,
                                  void *ctx);                       /* NULL: no memory */
void loop_timer_start(struct loop_timer *timer, uint64_t delay_ms); /* again: from now on */
void loop_timer_stop(struct loop_timer *timer);
void loop_timer_close(struct loop_timer *timer); /* NULL is allowed */

/*
 * Call once, in the loop's next turn. Not a timer of 0 ms: libuv runs timers before it waits for
 * input, so one turn (UV_RUN_ONCE) would make the call and then wait for something else.
 */
ASSAY_RESULT loop_soon_new(uv_loop_t *loop, loop_call_fn call, void *ctx, struct loop_soon **ret);
void loop_soon_call(struct loop_soon *soon);
void loop_soon_close(struct loop_soon *soon); /* NULL is allowed */

/* Call whenever fd is readable or has ended. fd stays the caller's, who closes it after the watch.
 */
ASSAY_RESULT loop_watch_new(uv_loop_t *loop, int fd, loop_call_fn call, void *ctx,
                            struct loop_watch **ret);
/* Also call when fd takes bytes again, until this is said to be enough. */
void loop_watch_want_write(struct loop_watch *watch, bool wanted);
void loop_watch_close(struct loop_watch *watch); /* NULL is allowed */

#endif
