/* SPDX-License-Identifier: Apache-2.0 */
#include "flash_loader.h"

#include <stdio.h>
#include <string.h>

static const char *const stage_names[FLASH_LOADER_STAGES] = {
    [FLASH_LOADER_SYNC] = "looking for the boot loader",
    [FLASH_LOADER_IDENTIFY] = "identifying the board",
    [FLASH_LOADER_COMPARE] = "comparing",
    [FLASH_LOADER_ERASE] = "erasing",
    [FLASH_LOADER_WRITE] = "writing",
    [FLASH_LOADER_VERIFY] = "verifying",
    [FLASH_LOADER_START] = "starting the application",
};

const char *flash_loader_stage_name(enum flash_loader_stage stage)
{
    return stage_names[stage];
}

static void pump(struct flash_loader *l);

static void on_send(void *ctx, const void *bytes, size_t len)
{
    struct flash_loader *l = ctx;

    l->calls->send(l->ctx, bytes, len);
}

static void on_answer(void *ctx, int tag, const uint8_t *bytes, size_t len)
{
    struct flash_loader *l = ctx;

    if (!l->is_ended)
        l->protocol->heard.answer(l, tag, bytes, len);
    pump(l);
}

static void on_wrong(void *ctx, int tag, const uint8_t *bytes, size_t len)
{
    struct flash_loader *l = ctx;

    if (!l->is_ended)
        l->protocol->heard.wrong(l, tag, bytes, len);
    pump(l);
}

static void on_silence(void *ctx, int tag)
{
    struct flash_loader *l = ctx;

    if (!l->is_ended)
        l->protocol->heard.silence(l, tag);
    pump(l);
}

static const struct flash_loader_exchange_calls heard = {
    .send = on_send, .answer = on_answer, .wrong = on_wrong, .silence = on_silence};

void flash_loader_init(struct flash_loader *l, const struct flash_loader_protocol *protocol,
                       const struct flash_loader_task *task, const struct flash_loader_calls *calls,
                       void *ctx)
{
    memset(l, 0, sizeof(*l));
    l->protocol = protocol;
    l->task = *task;
    l->calls = calls;
    l->ctx = ctx;
    flash_loader_exchange_init(&l->exchange, &heard, l);
}

void flash_loader_done(struct flash_loader *l)
{
    flash_loader_exchange_done(&l->exchange);
}

static void end(struct flash_loader *l, enum flash_loader_end how, const char *text)
{
    l->is_ended = true;
    flash_loader_exchange_forget(&l->exchange);
    l->calls->ended(l->ctx, how, text);
}

void flash_loader_fail(struct flash_loader *l, enum flash_loader_end how, const char *format, ...)
{
    char text[FLASH_LOADER_TEXT];
    va_list args;

    if (l->is_ended)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    end(l, how, text);
}

void flash_loader_go(struct flash_loader *l, enum flash_loader_stage stage)
{
    flash_loader_exchange_forget(&l->exchange);
    l->stage = stage;
    l->step = 0;
    l->done = 0;
}

void flash_loader_compared(struct flash_loader *l, bool is_same, const char *method)
{
    bool is_question = l->stage == FLASH_LOADER_COMPARE && !l->task.verify_only;

    l->is_compared = true;
    l->is_same = is_same;
    if (is_same || !is_question)
        l->calls->verified(l->ctx, is_same, method);
    if (!is_same && l->has_written)
        flash_loader_fail(l, FLASH_LOADER_BROKEN,
                          "what is on the board is not what was written (by %s)", method);
}

/* Which stages this task has, once the one before has been done. */
static bool is_wanted(const struct flash_loader *l, enum flash_loader_stage stage)
{
    switch (stage) {
    case FLASH_LOADER_COMPARE:
        return !l->task.force;
    case FLASH_LOADER_ERASE:
    case FLASH_LOADER_WRITE:
        return !l->is_same && !l->task.verify_only;
    case FLASH_LOADER_VERIFY:
        return l->task.verify_only ? !l->is_compared : !l->is_same;
    case FLASH_LOADER_START:
        return l->task.start;
    case FLASH_LOADER_SYNC:
    case FLASH_LOADER_IDENTIFY:
    case FLASH_LOADER_STAGES:
        break;
    }
    return true;
}

enum flash_loader_end flash_loader_outcome(const struct flash_loader *l)
{
    if (l->has_written)
        return FLASH_LOADER_WRITTEN;
    return l->is_same ? FLASH_LOADER_SAME : FLASH_LOADER_DIFFERS;
}

static void next_stage(struct flash_loader *l)
{
    do
        l->stage++;
    while (l->stage < FLASH_LOADER_STAGES && !is_wanted(l, l->stage));
    l->step = 0;
    l->done = 0;
    l->has_written |= l->stage == FLASH_LOADER_WRITE;
    if (l->stage == FLASH_LOADER_STAGES)
        end(l,
            l->has_written ? FLASH_LOADER_WRITTEN
            : l->is_same   ? FLASH_LOADER_SAME
                           : FLASH_LOADER_DIFFERS,
            "");
}

static unsigned window_of(const struct flash_loader *l)
{
    bool may_be_wide = l->stage == FLASH_LOADER_WRITE || l->stage == FLASH_LOADER_VERIFY;

    return l->task.careful || !may_be_wide ? 1 : l->task.chip->window;
}

/* Ask on, as far as the window allows. Not from inside itself: sending may bring an answer. */
static void pump(struct flash_loader *l)
{
    if (l->is_planning)
        return;
    l->is_planning = true;
    while (!l->is_ended) {
        while (!l->is_ended && l->exchange.count < window_of(l) && l->protocol->next[l->stage](l)) {
        }
        if (l->is_ended || l->exchange.count > 0)
            break;
        next_stage(l);
    }
    l->is_planning = false;
}

void flash_loader_begin(struct flash_loader *l, uint64_t now_ms)
{
    l->begun_ms = now_ms;
    l->exchange.now_ms = now_ms;
    pump(l);
}

void flash_loader_feed(struct flash_loader *l, const uint8_t *bytes, size_t len, uint64_t now_ms)
{
    if (!l->is_ended)
        flash_loader_exchange_feed(&l->exchange, bytes, len, now_ms);
}

void flash_loader_tick(struct flash_loader *l, uint64_t now_ms)
{
    if (!l->is_ended)
        flash_loader_exchange_tick(&l->exchange, now_ms);
}

uint64_t flash_loader_deadline_ms(const struct flash_loader *l)
{
    return l->is_ended ? UINT64_MAX : l->exchange.deadline_ms;
}

uint32_t flash_loader_block_count(const struct flash_loader *l, uint32_t size)
{
    return (l->task.image->len + size - 1) / size;
}

void flash_loader_block(const struct flash_loader *l, uint32_t size, uint32_t index,
                        uint32_t *ret_offset, uint32_t *ret_len)
{
    uint32_t count = flash_loader_block_count(l, size);
    uint32_t block = index + 1 < count ? index + 1 : 0;
    uint32_t left = l->task.image->len - block * size;

    *ret_offset = block * size;
    *ret_len = left < size ? left : size;
}

void flash_loader_progress(struct flash_loader *l, uint32_t done, uint32_t total)
{
    l->calls->progress(l->ctx, l->stage, done, total);
}
