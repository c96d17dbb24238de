/* SPDX-License-Identifier: Apache-2.0 */
#include "loop/loop_handle.h"

#include <stdlib.h>

struct loop_timer {
    uv_timer_t handle; /* first: libuv hands this pointer back */
    loop_call_fn call;
    void *ctx;
};

struct loop_soon {
    uv_async_t handle; /* first */
    loop_call_fn call;
    void *ctx;
};

struct loop_watch {
    uv_poll_t handle; /* first */
    loop_call_fn call;
    void *ctx;
};

static void free_handle(uv_handle_t *handle)
{
    free(handle);
}

static void on_timer(uv_timer_t *handle)
{
    struct loop_timer *timer = (struct loop_timer *)handle;

    timer->call(timer->ctx);
}

struct loop_timer *loop_timer_new(uv_loop_t *loop, loop_call_fn call, void *ctx)
{
    struct loop_timer *timer = calloc(1, sizeof(*timer));

    if (timer == NULL)
        return NULL;
    timer->call = call;
    timer->ctx = ctx;
    (void)uv_timer_init(loop, &timer->handle); /* cannot fail */
    return timer;
}

void loop_timer_start(struct loop_timer *timer, uint64_t delay_ms)
{
    /* The loop's idea of now is that of its last turn: without this a long turn eats the delay. */
    uv_update_time(timer->handle.loop);
    (void)uv_timer_start(&timer->handle, on_timer, delay_ms, 0); /* fails only without a callback */
}

void loop_timer_stop(struct loop_timer *timer)
{
    (void)uv_timer_stop(&timer->handle); /* cannot fail */
}

void loop_timer_close(struct loop_timer *timer)
{
    if (timer != NULL)
        uv_close((uv_handle_t *)&timer->handle, free_handle);
}

static void on_soon(uv_async_t *handle)
{
    struct loop_soon *soon = (struct loop_soon *)handle;

    uv_unref((uv_handle_t *)handle);
    soon->call(soon->ctx);
}

ASSAY_RESULT loop_soon_new(uv_loop_t *loop, loop_call_fn call, void *ctx, struct loop_soon **ret)
{
    struct loop_soon *soon = calloc(1, sizeof(*soon));

    if (soon == NULL)
        return ASSAY_ERR_NOMEM;
    soon->call = call;
    soon->ctx = ctx;
    if (uv_async_init(loop, &soon->handle, on_soon) != 0) {
        free(soon);
        return ASSAY_ERR_IO;
    }
    uv_unref((uv_handle_t *)&soon->handle); /* the loop may end while nothing is to be called */
    *ret = soon;
    return ASSAY_OK;
}

void loop_soon_call(struct loop_soon *soon)
{
    uv_ref((uv_handle_t *)&soon->handle);
    (void)uv_async_send(&soon->handle); /* cannot fail before the handle is closed */
}

void loop_soon_close(struct loop_soon *soon)
{
    if (soon != NULL)
        uv_close((uv_handle_t *)&soon->handle, free_handle);
}

static void on_poll(uv_poll_t *handle, int status, int events)
{
    struct loop_watch *watch = (struct loop_watch *)handle;

    (void)status; /* an error of the descriptor shows when it is read */
    (void)events;
    watch->call(watch->ctx);
}

ASSAY_RESULT loop_watch_new(uv_loop_t *loop, int fd, loop_call_fn call, void *ctx,
                            struct loop_watch **ret)
{
    struct loop_watch *watch = calloc(1, sizeof(*watch));

    if (watch == NULL)
        return ASSAY_ERR_NOMEM;
    watch->call = call;
    watch->ctx = ctx;
    if (uv_poll_init(loop, &watch->handle, fd) != 0) {
        free(watch);
        return ASSAY_ERR_IO;
    }
    if (uv_poll_start(&watch->handle, UV_READABLE | UV_DISCONNECT, on_poll) != 0) {
        loop_watch_close(watch);
        return ASSAY_ERR_IO;
    }
    *ret = watch;
    return ASSAY_OK;
}

void loop_watch_want_write(struct loop_watch *watch, bool wanted)
{
    int events = UV_READABLE | UV_DISCONNECT | (wanted ? UV_WRITABLE : 0);

    (void)uv_poll_start(&watch->handle, events, on_poll); /* it has been started before */
}

void loop_watch_close(struct loop_watch *watch)
{
    if (watch != NULL)
        uv_close((uv_handle_t *)&watch->handle, free_handle);
}
