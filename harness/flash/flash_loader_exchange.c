/* SPDX-License-Identifier: Apache-2.0 */
#include "flash_loader_exchange.h"

void flash_loader_exchange_init(struct flash_loader_exchange *x,
                                const struct flash_loader_exchange_calls *calls, void *ctx)
{
    *x = (struct flash_loader_exchange){.calls = calls, .ctx = ctx, .deadline_ms = UINT64_MAX};
    buf_init(&x->in, FLASH_LOADER_ANSWER_MAX);
}

void flash_loader_exchange_done(struct flash_loader_exchange *x)
{
    buf_done(&x->in);
}

/* The clock of an answer runs from when it is the next one. */
static void wind_up(struct flash_loader_exchange *x)
{
    x->deadline_ms = x->count > 0 ? x->now_ms + x->due[x->first].timeout_ms : UINT64_MAX;
}

void flash_loader_exchange_send(struct flash_loader_exchange *x, const void *bytes, size_t len,
                                const struct flash_loader_due *due)
{
    if (due != NULL && x->count < FLASH_LOADER_DUE_MAX) {
        x->due[(x->first + x->count++) % FLASH_LOADER_DUE_MAX] = *due;
        if (x->count == 1)
            wind_up(x);
    }
    if (len > 0)
        x->calls->send(x->ctx, bytes, len);
}

void flash_loader_exchange_forget(struct flash_loader_exchange *x)
{
    x->count = 0;
    buf_clear(&x->in);
    wind_up(x);
}

static struct flash_loader_due take_due(struct flash_loader_exchange *x)
{
    struct flash_loader_due due = x->due[x->first];

    x->first = (x->first + 1) % FLASH_LOADER_DUE_MAX;
    x->count--;
    wind_up(x);
    return due;
}

/* False: the rest has to wait for more. */
static bool take_answer(struct flash_loader_exchange *x)
{
    const struct flash_loader_due *next = &x->due[x->first];
    size_t used = 0;
    enum assay_status status = next->match(x->in.data, x->in.len, next->arg, &used);
    uint8_t answer[FLASH_LOADER_ANSWER_MAX];
    struct flash_loader_due due;

    if (status == ASSAY_ERR_TRUNCATED)
        return false;
    used = used < x->in.len ? used : x->in.len;
    for (size_t i = 0; i < used; i++) /* the callee may send, forget, and be fed again */
        answer[i] = x->in.data[i];
    buf_consume(&x->in, used);
    due = take_due(x);
    if (status == ASSAY_OK)
        x->calls->answer(x->ctx, due.tag, answer, used);
    else
        x->calls->wrong(x->ctx, due.tag, answer, used);
    return true;
}

void flash_loader_exchange_feed(struct flash_loader_exchange *x, const uint8_t *bytes, size_t len,
                                uint64_t now_ms)
{
    x->now_ms = now_ms;
    while (len > 0) {
        size_t room = x->in.max - x->in.len;
        size_t part = len < room ? len : room;

        if (x->count == 0 || part == 0 || buf_add(&x->in, bytes, part) != ASSAY_OK) {
            buf_clear(&x->in); /* nobody asked; or an answer without end */
            if (x->count == 0)
                return;
            part = 1;
        }
        bytes += part;
        len -= part;
        while (x->count > 0 && x->in.len > 0 && take_answer(x)) {
        }
    }
    if (x->count == 0)
        buf_clear(&x->in);
}

void flash_loader_exchange_tick(struct flash_loader_exchange *x, uint64_t now_ms)
{
    struct flash_loader_due due;

    x->now_ms = now_ms;
    if (x->count == 0 || now_ms < x->deadline_ms)
        return;
    due = take_due(x);
    x->calls->silence(x->ctx, due.tag);
}
