/* SPDX-License-Identifier: Apache-2.0 */
#include "probe_host_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void probe_host_init(struct probe_host *h, const struct probe_host_calls *calls, void *ctx)
{
    *h = (struct probe_host){.calls = calls, .ctx = ctx, .needs_newline = true};
    probe_line_reader_init(&h->reader);
    buf_init(&h->text, PROBE_HOST_TEXT_MAX - 1);
}

/* false: no memory, and the value counts as unknown. */
bool probe_host_set_known(struct probe_host *h, enum probe_key key, const char *value)
{
    if (h->values[key] != NULL)
        explicit_bzero(h->values[key], strlen(h->values[key]));
    free(h->values[key]);
    h->values[key] = value != NULL ? strdup(value) : NULL;
    return h->values[key] != NULL;
}

void probe_host_forget(struct probe_host *h)
{
    h->out.command = PROBE_CMD_NONE;
    h->is_greeted = false;
    h->is_informed = false;
    h->is_cleared = false;
    h->must_abort = false;
    h->next_fact = 0;
    h->set_done = 0;
    snprintf(h->stack, sizeof(h->stack), "unknown");
    for (size_t i = 0; i < PROBE_KEY_COUNT; i++)
        (void)probe_host_set_known(h, (enum probe_key)i, NULL);
    memset(h->slots, 0, sizeof(h->slots));
}

void probe_host_done(struct probe_host *h)
{
    probe_host_forget(h);
    probe_job_done(&h->job);
    buf_done(&h->text);
}

static void end_attempt(struct probe_host *h)
{
    h->state = PROBE_IDLE;
    h->attempt++;
    h->wants_result = false;
    h->wants_stop = false;
    h->is_confirming = false;
    h->set_done = 0;
    probe_job_done(&h->job);
    buf_clear(&h->text);
}

void probe_host_fail(struct probe_host *h, enum probe_failure failure, const char *format, ...)
{
    char detail[192];
    va_list args;

    va_start(args, format);
    vsnprintf(detail, sizeof(detail), format, args);
    va_end(args);
    h->is_mute = true; /* until the next attempt, or the next sign of life */
    if (h->state == PROBE_IDLE)
        return;
    end_attempt(h);
    h->calls->failed(h->ctx, failure, detail);
}

void probe_event_finish(struct probe_host *h, const struct probe_result *result)
{
    struct probe_result copy = *result;

    end_attempt(h);
    h->calls->result(h->ctx, &copy);
}

/* ---- sending ----------------------------------------------------------------------------------
 */

static void transmit(struct probe_host *h, uint64_t now_ms)
{
    if (h->needs_newline)
        h->calls->send(h->ctx, "\n", 1);
    h->needs_newline = false;
    h->out.tries++;
    h->out.again_ms = now_ms + PROBE_HOST_ANSWER_MS;
    h->calls->send(h->ctx, h->out.line, h->out.len);
}

/* What people see of a command: the value of a secret is left out. */
static void show(struct probe_host *h, const char *text)
{
    char masked[PROBE_LINE_TEXT_MAX + 16];
    size_t words = 0;
    size_t keep = 0;

    if (!h->out.is_secret) {
        h->calls->sent(h->ctx, text);
        return;
    }
    while (words < 2 && text[keep] != '\0')
        words += text[keep++] == ' ';
    snprintf(masked, sizeof(masked), "%.*s(secret)", (int)keep, text);
    h->calls->sent(h->ctx, masked);
}

/* Send whatever is next, if nothing is outstanding. */
static void pump(struct probe_host *h, uint64_t now_ms)
{
    char text[PROBE_LINE_TEXT_MAX + 1];
    enum probe_command command = PROBE_CMD_NONE;

    if (h->out.command != PROBE_CMD_NONE || h->is_mute)
        return;
    h->out = (struct probe_outstanding){.command = PROBE_CMD_NONE, .attempt = h->attempt};
    command = probe_plan_next(h, now_ms, text);
    if (command == PROBE_CMD_NONE)
        return;
    h->out.command = command;
    h->out.len = probe_line_format(PROBE_LINE_COMMAND, h->next_seq++, text, h->out.line);
    show(h, text);
    transmit(h, now_ms);
}

/* ---- receiving --------------------------------------------------------------------------------
 */

static uint8_t outstanding_seq(const struct probe_host *h)
{
    return (uint8_t)(h->next_seq - 1U);
}

static void report(struct probe_host *h, const struct probe_line *line)
{
    char text[PROBE_LINE_MAX + 16];

    if (line->type == PROBE_LINE_COMMAND)
        snprintf(text, sizeof(text), "(our own line came back)"); /* it may hold a secret */
    else
        snprintf(text, sizeof(text), "%c%u %s", (char)line->type, (unsigned)line->seq, line->text);
    h->calls->line(h->ctx, text);
}

static void take_line(struct probe_host *h, const struct probe_line *line, uint64_t now_ms)
{
    struct probe_outstanding asked = h->out;

    report(h, line);
    if (line->type == PROBE_LINE_EVENT) {
        probe_event_take(h, line, now_ms);
        return;
    }
    /* Another seq is a late duplicate. */
    if (line->type != PROBE_LINE_ANSWER || asked.command == PROBE_CMD_NONE ||
        line->seq != outstanding_seq(h))
        return;
    h->out.command = PROBE_CMD_NONE;
    probe_answer_take(h, &asked, line->text, now_ms);
}

static void take_noise(struct probe_host *h)
{
    static const char withheld[] = "(withheld: it may hold a secret)";

    h->lost_event = h->lost_event || h->state == PROBE_RUNNING;
    h->is_in_a_hurry = h->lost_event;
    if (h->out.command != PROBE_CMD_NONE && h->out.is_secret)
        h->calls->noise(h->ctx, (const uint8_t *)withheld, strlen(withheld),
                        probe_line_status_text(h->reader.why));
    else
        h->calls->noise(h->ctx, h->reader.bytes, h->reader.len,
                        probe_line_status_text(h->reader.why));
}

void probe_host_feed(struct probe_host *h, const void *bytes, size_t len, uint64_t now_ms)
{
    struct probe_line line;

    for (size_t i = 0; i < len; i++) {
        enum probe_feed feed = probe_line_feed(&h->reader, ((const uint8_t *)bytes)[i], &line);

        if (feed == PROBE_FEED_LINE)
            take_line(h, &line, now_ms);
        else if (feed == PROBE_FEED_NOISE)
            take_noise(h);
    }
    h->query_ms = now_ms + (h->is_in_a_hurry ? PROBE_HOST_HURRY_MS : PROBE_HOST_QUERY_MS);
    pump(h, now_ms);
}

/* ---- time -------------------------------------------------------------------------------------
 */

void probe_host_power_on(struct probe_host *h, uint64_t now_ms, uint64_t ready_ms)
{
    probe_host_forget(h);
    probe_line_reader_init(&h->reader);
    h->needs_newline = true;
    h->is_mute = false;
    h->is_booting = true;
    snprintf(h->reason, sizeof(h->reason), "unknown");
    h->hello_from_ms = now_ms + PROBE_HOST_PATIENCE_MS;
    h->boot_until_ms = now_ms + ready_ms;
}

void probe_host_attempt(struct probe_host *h, struct probe_job *job, uint64_t now_ms)
{
    probe_job_done(&h->job);
    h->job = *job;
    memset(job, 0, sizeof(*job));
    h->state = PROBE_PREPARING;
    h->attempt++;
    h->is_mute = false;
    h->repairs = 0;
    h->set_done = 0;
    h->lost_event = false;
    h->is_in_a_hurry = false;
    h->wants_result = false;
    h->is_confirming = false;
    for (size_t i = 0; i < PROBE_SLOTS; i++)
        h->slots[i].sent = 0;
    (void)probe_host_set_known(h, PROBE_KEY_TIME, NULL); /* the board's clock has run on */
    pump(h, now_ms);
}

void probe_host_stop(struct probe_host *h, uint64_t now_ms)
{
    if (h->state != PROBE_RUNNING)
        return;
    h->wants_stop = true;
    pump(h, now_ms);
}

void probe_host_abort(struct probe_host *h, uint64_t now_ms)
{
    bool may_run = h->state == PROBE_RUNNING ||
                   ((h->out.command == PROBE_CMD_CONNECT || h->out.command == PROBE_CMD_LISTEN) &&
                    h->state == PROBE_PREPARING);

    end_attempt(h);
    if (h->out.command == PROBE_CMD_RESULT || h->out.command == PROBE_CMD_STOP)
        h->out.command = PROBE_CMD_NONE;
    h->must_abort = h->must_abort || may_run;
    pump(h, now_ms);
}

static unsigned max_tries(const struct probe_host *h)
{
    return h->out.command == PROBE_CMD_RESULT ? PROBE_HOST_QUERY_TRIES : PROBE_HOST_MAX_TRIES;
}

void probe_host_tick(struct probe_host *h, uint64_t now_ms)
{
    if (h->is_booting && now_ms >= h->boot_until_ms) {
        h->is_booting = false;
        probe_host_forget(h);
        probe_host_fail(h, PROBE_NEVER_READY, "the board was never ready");
        return;
    }
    if (h->out.command != PROBE_CMD_NONE && now_ms >= h->out.again_ms) {
        if (h->out.tries >= max_tries(h) && !h->is_booting) {
            struct probe_outstanding asked = h->out;

            h->out.command = PROBE_CMD_NONE;
            h->needs_newline = true;
            probe_answer_missing(h, &asked, now_ms);
        } else {
            h->needs_newline = true;
            transmit(h, now_ms);
        }
    }
    pump(h, now_ms);
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

uint64_t probe_host_deadline(const struct probe_host *h)
{
    uint64_t at = UINT64_MAX;

    if (h->is_booting) {
        at = earlier(at, h->boot_until_ms);
        if (h->out.command == PROBE_CMD_NONE && !h->is_greeted)
            at = earlier(at, h->hello_from_ms);
    }
    if (h->out.command != PROBE_CMD_NONE)
        at = earlier(at, h->out.again_ms);
    else if (h->state == PROBE_RUNNING)
        at = earlier(at, h->query_ms);
    return at;
}
