/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/probe_core.h"

#include "probe/probe_encoding.h"
#include "probe_commands.h"

#include <string.h>

enum { FOLD_CLOCK_S = 86400 };

static void send_line(struct probe_core *core, enum probe_line_type type, uint8_t seq,
                      const char *text)
{
    char line[PROBE_LINE_MAX + 1];
    size_t len = probe_line_format(type, seq, text, line);

    if (len > 0)
        core->platform->serial_send(core->platform->ctx, line, len);
}

static void send_event(struct probe_core *core, const char *text)
{
    send_line(core, PROBE_LINE_EVENT, core->next_event, text);
    core->next_event = core->next_event == UINT8_MAX ? 1 : (uint8_t)(core->next_event + 1);
}

/* Escaped, in as many events as it takes: `more` before each piece but the last, `last` before it.
 */
static void send_pieces(struct probe_core *core, const char *more, const char *last,
                        const char *text)
{
    size_t left = strlen(text);

    while (left > 0) {
        char piece[PROBE_LINE_TEXT_MAX + 1];
        size_t used = 0;
        size_t prefix = strlen(more) + 1;
        size_t len = probe_escape(text, left, piece, sizeof(piece) - 1 - prefix, &used);
        char event[PROBE_LINE_TEXT_MAX + 1];
        struct probe_text t = probe_text_over(event, sizeof(event));

        text += used;
        left -= used;
        probe_text_add(&t, left > 0 ? more : last);
        probe_text_add(&t, " ");
        probe_text_add_bytes(&t, piece, len);
        send_event(core, event);
    }
}

void probe_core_log(struct probe_core *core, const char *text)
{
    send_pieces(core, "log+", "log", text);
}

static void send_result(struct probe_core *core)
{
    const struct probe_failure *result = &core->attempt.result;
    char event[PROBE_LINE_TEXT_MAX + 1];
    struct probe_text t = probe_text_over(event, sizeof(event));

    send_pieces(core, "text", "text", result->text);
    probe_text_add(&t, core->attempt.phase == PROBE_PHASE_DONE ? "result ok " : "result fail ");
    probe_text_add(&t, probe_phase_name(core->attempt.phase));
    probe_text_add(&t, " ");
    probe_text_add_decimal(&t, result->code);
    send_event(core, event);
}

static void on_phase(void *ctx, enum probe_phase phase)
{
    char event[PROBE_LINE_TEXT_MAX + 1];
    struct probe_text t = probe_text_over(event, sizeof(event));

    probe_text_add(&t, "phase ");
    probe_text_add(&t, probe_phase_name(phase));
    send_event(ctx, event);
}

static void on_listening(void *ctx, uint16_t port)
{
    char event[PROBE_LINE_TEXT_MAX + 1];
    struct probe_text t = probe_text_over(event, sizeof(event));

    probe_text_add(&t, "listening ");
    probe_text_add_decimal(&t, port);
    send_event(ctx, event);
}

static void on_log(void *ctx, const char *text)
{
    probe_core_log(ctx, text);
}

void probe_core_set_clock(struct probe_core *core, int64_t unix_s)
{
    core->clock_s = unix_s;
    core->clock_ms = core->platform->millis(core->platform->ctx);
    core->is_clock_set = 1;
    core->is_clock_told = 0;
    if (core->platform->set_clock != NULL)
        core->platform->set_clock(core->platform->ctx, unix_s);
}

static void on_clock(void *ctx, int64_t unix_s)
{
    struct probe_core *core = ctx;

    probe_core_set_clock(core, unix_s);
    core->is_clock_told = 1;
}

int64_t probe_core_now(const struct probe_core *core)
{
    uint32_t since = 0;

    if (!core->is_clock_set)
        return 0;
    since = core->platform->millis(core->platform->ctx) - core->clock_ms;
    return core->clock_s + since / 1000;
}

static int64_t on_now(void *ctx)
{
    return probe_core_now(ctx);
}

static int64_t on_told(void *ctx)
{
    const struct probe_core *core = ctx;

    return core->is_clock_told ? probe_core_now(core) : 0;
}

void probe_core_init(struct probe_core *core, const struct probe_platform *platform,
                     const struct probe_tls *tls)
{
    struct probe_attempt_hooks hooks = {.ctx = core,
                                        .phase = on_phase,
                                        .log = on_log,
                                        .listening = on_listening,
                                        .clock = on_clock,
                                        .now = on_now,
                                        .told = on_told};

    memset(core, 0, sizeof(*core));
    core->platform = platform;
    core->tls = tls;
    probe_line_reader_init(&core->reader);
    probe_settings_init(&core->settings);
    probe_slots_init(&core->slots);
    probe_attempt_init(&core->attempt, platform, tls, &core->settings, &core->slots, &hooks);
}

void probe_core_ready(struct probe_core *core, const char *reason)
{
    char event[PROBE_LINE_TEXT_MAX + 1];
    struct probe_text t = probe_text_over(event, sizeof(event));

    /* Ends whatever a boot loader or an interrupted run left on the line. */
    core->platform->serial_send(core->platform->ctx, "\n", 1);
    core->next_event = 0;
    probe_text_add(&t, "ready ");
    probe_text_add(&t, reason);
    send_event(core, event);
}

static void attempt_ended(struct probe_core *core)
{
    core->has_result = 1;
    core->attempts++;
    send_result(core);
}

static void follow_up(struct probe_core *core, enum probe_after after)
{
    switch (after) {
    case PROBE_AFTER_NOTHING:
        break;
    case PROBE_AFTER_START:
        probe_attempt_start(&core->attempt);
        break;
    case PROBE_AFTER_SERVE:
        probe_attempt_serve(&core->attempt);
        break;
    case PROBE_AFTER_STOP:
        probe_attempt_stop(&core->attempt, PROBE_CODE_ABORTED, "aborted by the host");
        attempt_ended(core);
        break;
    case PROBE_AFTER_RESULT:
        send_result(core);
        break;
    case PROBE_AFTER_RESET:
        core->wants_reset = 1;
        break;
    }
}

static int is_repeated(const struct probe_core *core, const struct probe_line *line)
{
    return core->has_last && core->last.seq == line->seq && core->last.len == line->len &&
           memcmp(core->last.text, line->text, line->len) == 0;
}

static void take_command(struct probe_core *core, const struct probe_line *line)
{
    struct probe_text answer = {0};
    enum probe_after after = PROBE_AFTER_NOTHING;

    if (!is_repeated(core, line)) {
        answer = probe_text_over(core->last_answer, sizeof(core->last_answer));
        after = probe_command_run(core, line, &answer);
        core->last = *line;
        core->has_last = 1;
    }
    send_line(core, PROBE_LINE_ANSWER, line->seq, core->last_answer);
    follow_up(core, after);
}

void probe_core_feed(struct probe_core *core, const void *data, size_t len)
{
    const uint8_t *bytes = data;
    struct probe_line line;

    for (size_t i = 0; i < len && !core->wants_reset; i++) {
        if (probe_line_feed(&core->reader, bytes[i], &line) == PROBE_FEED_LINE &&
            line.type == PROBE_LINE_COMMAND)
            take_command(core, &line);
    }
    if (core->wants_reset) {
        /* The servers see the connection end instead of finding out later. */
        probe_attempt_stop(&core->attempt, PROBE_CODE_ABORTED, "");
        core->platform->reset(core->platform->ctx);
    }
}

/* Long before the milliseconds since the clock was set wrap, they become seconds of the clock. */
static void fold_clock(struct probe_core *core)
{
    uint32_t seconds = (core->platform->millis(core->platform->ctx) - core->clock_ms) / 1000;

    if (!core->is_clock_set || seconds < FOLD_CLOCK_S)
        return;
    core->clock_s += seconds;
    core->clock_ms += seconds * 1000;
}

void probe_core_step(struct probe_core *core)
{
    fold_clock(core);
    if (probe_attempt_step(&core->attempt))
        attempt_ended(core);
}

int32_t probe_core_wait_ms(const struct probe_core *core)
{
    return probe_attempt_wait_ms(&core->attempt);
}

int probe_core_wants_write(const struct probe_core *core)
{
    return core->attempt.is_running && core->attempt.wants_write;
}
