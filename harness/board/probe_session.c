/* SPDX-License-Identifier: Apache-2.0 */
#include "probe_session.h"

#include "board_events.h"

#include "base/deadline.h"

#include <stdio.h>
#include <string.h>

enum {
    NS_PER_MS = 1000000,
    SERVE_MS = 600000,  /* that a board may serve: a backstop */
    PREPARE_MS = 60000, /* uploads and settings: a backstop, each command has limits of its own */
};

static uint64_t now_ms(void)
{
    return monotonic_ns() / NS_PER_MS;
}

/* After whatever may have changed what the session waits for. */
static void set_host_timer(struct probe_session *s)
{
    uint64_t at = probe_host_deadline(&s->host);
    uint64_t now = now_ms();

    if (at == UINT64_MAX)
        loop_timer_stop(s->host_timer);
    else
        loop_timer_start(s->host_timer, at > now ? at - now : 0);
}

static void on_host_timer(void *ctx)
{
    struct probe_session *s = ctx;

    probe_host_tick(&s->host, now_ms());
    set_host_timer(s);
}

/* The session lets go of the attempt, and tells the board if it still hears. */
static void forget_attempt(struct probe_session *s)
{
    probe_host_abort(&s->host, now_ms());
    set_host_timer(s);
}

/* ---- the end of an attempt --------------------------------------------------------------------
 */

static void end_attempt(struct probe_session *s)
{
    s->is_attempt = false;
    s->is_connecting = false;
    s->is_ordered = false;
    loop_timer_stop(s->limit);
}

static void give_up(struct probe_session *s, enum cause cause, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void give_up(struct probe_session *s, enum cause cause, const char *format, ...)
{
    char detail[256];
    va_list args;

    if (!s->is_attempt)
        return;
    va_start(args, format);
    vsnprintf(detail, sizeof(detail), format, args);
    va_end(args);
    end_attempt(s);
    board_finish_cause(s->board, cause, "%s", detail);
}

/* What ends before TLS says nothing of how the board judges servers. */
static enum cause cause_of_end_in(const char *phase)
{
    static const struct {
        const char *phase;
        enum cause cause;
    } rows[] = {{"resolve", CAUSE_NETWORK}, {"clock", CAUSE_CLOCK}, {"tcp", CAUSE_NETWORK}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        if (strcmp(rows[i].phase, phase) == 0)
            return rows[i].cause;
    }
    return CAUSE_NONE;
}

static void on_result(void *ctx, const struct probe_result *result)
{
    struct probe_session *s = ctx;
    struct board_outcome outcome = {.cause =
                                        result->ok ? CAUSE_NONE : cause_of_end_in(result->phase),
                                    .has_result = true,
                                    .ok = result->ok,
                                    .connect_ns = monotonic_ns() - s->sent_ns};
    struct buf text;

    buf_init(&text, 4 * PROBE_HOST_TEXT_MAX);
    if (secrets_mask(&s->secrets, result->text, strlen(result->text), &text) != ASSAY_OK)
        buf_clear(&text);
    board_emit_result(s->board, result->ok, result->phase, result->code, buf_text(&text));
    if (outcome.cause != CAUSE_NONE)
        snprintf(outcome.detail, sizeof(outcome.detail), "the board failed in phase %s: %.180s",
                 result->phase, buf_text(&text));
    buf_done(&text);
    end_attempt(s);
    board_finish(s->board, &outcome);
}

static void on_failed(void *ctx, enum probe_failure failure, const char *detail)
{
    struct probe_session *s = ctx;

    if (failure == PROBE_NEVER_READY || failure == PROBE_NO_ANSWER)
        s->is_suspect = true;
    give_up(s, failure == PROBE_REFUSED ? CAUSE_HARNESS : CAUSE_BOOT, "%s", detail);
}

static void on_limit(void *ctx)
{
    struct probe_session *s = ctx;
    struct board_outcome outcome = {.cause = CAUSE_NONE, .timed_out = true};

    if (!s->is_ordered) {
        s->is_suspect = true;
        give_up(s, CAUSE_BOOT,
                s->is_connecting ? "the board does not answer \"connect\""
                                 : "the board could not be prepared in time");
        forget_attempt(s);
        return;
    }
    /* The servers' side of the story tells whether it hangs, waits in vain, or is dead. */
    snprintf(outcome.detail, sizeof(outcome.detail),
             "the board gave no result within %u ms after \"connect\" (%s%s)", s->limit_ms,
             s->phase[0] != '\0' ? "it is in phase " : "it did not begin", s->phase);
    outcome.connect_ns = monotonic_ns() - s->sent_ns;
    end_attempt(s);
    forget_attempt(s);
    board_finish(s->board, &outcome);
}

/* ---- what the probe session does --------------------------------------------------------------
 */

static void on_send(void *ctx, const char *bytes, size_t len)
{
    struct probe_session *s = ctx;

    s->line->send(s->ctx, bytes, len);
}

static void on_sent(void *ctx, const char *text)
{
    struct probe_session *s = ctx;

    s->sent_ns = s->is_ordered ? s->sent_ns : monotonic_ns();
    if (s->is_attempt && (strcmp(text, "connect") == 0 || strcmp(text, "listen") == 0)) {
        s->is_connecting = true;
        loop_timer_start(s->limit, s->limit_ms);
    }
    board_emit_text(s->board, EV_BOARD_COMMAND, "text", text);
}

static void on_serial_line(void *ctx, const char *text)
{
    struct probe_session *s = ctx;
    struct buf masked;

    buf_init(&masked, 1024);
    if (secrets_mask(&s->secrets, text, strlen(text), &masked) == ASSAY_OK)
        board_emit_line(s->board, "serial", buf_text(&masked));
    buf_done(&masked);
}

static void on_noise(void *ctx, const uint8_t *bytes, size_t len, const char *why)
{
    const struct probe_session *s = ctx;
    struct event_builder e;

    board_event_begin(&e, s->board, EV_BOARD_NOISE);
    event_bytes(&e, "bytes", bytes, len);
    event_text(&e, "why", why);
    event_emit(&e);
}

static void on_reset(void *ctx, const char *reason)
{
    const struct probe_session *s = ctx;

    (void)reason; /* `ready` tells it too */
    board_emit_text(s->board, EV_BOARD_RESET, "reason", "spontaneous");
}

static void on_ready(void *ctx, const char *name, const char *stack, const char *reason)
{
    const struct probe_session *s = ctx;
    const char *version = strrchr(stack, ' ');
    size_t stack_len = version != NULL ? (size_t)(version - stack) : strlen(stack);
    struct event_builder e;

    board_event_begin(&e, s->board, EV_BOARD_READY);
    event_text(&e, "name", name);
    event_text_len(&e, "stack", stack, stack_len);
    event_text(&e, "version", version != NULL ? version + 1 : "");
    event_text(&e, "reset_reason", reason);
    event_emit(&e);
}

static void on_ordered(void *ctx)
{
    struct probe_session *s = ctx;

    s->is_ordered = true;
}

static void on_listening(void *ctx, unsigned port)
{
    struct probe_session *s = ctx;

    if (!s->is_attempt)
        return;
    loop_timer_start(s->limit, SERVE_MS); /* from now on it is told when to end */
    board_listening(s->board, NULL, port);
}

static void on_phase(void *ctx, const char *phase)
{
    struct probe_session *s = ctx;

    if (strcmp(s->phase, phase) == 0)
        return;
    snprintf(s->phase, sizeof(s->phase), "%.*s", (int)sizeof(s->phase) - 1, phase);
    board_emit_text(s->board, EV_BOARD_PHASE, "phase", phase);
}

static const struct probe_host_calls host_calls = {.send = on_send,
                                                   .sent = on_sent,
                                                   .line = on_serial_line,
                                                   .noise = on_noise,
                                                   .reset = on_reset,
                                                   .ready = on_ready,
                                                   .ordered = on_ordered,
                                                   .phase = on_phase,
                                                   .listening = on_listening,
                                                   .result = on_result,
                                                   .failed = on_failed};

/* ---- what its process does --------------------------------------------------------------------
 */

void probe_session_bytes(struct probe_session *s, const uint8_t *bytes, size_t len)
{
    probe_host_feed(&s->host, bytes, len, now_ms());
    set_host_timer(s);
}

void probe_session_complaint(struct probe_session *s, const char *line, size_t len)
{
    if (len > 0)
        snprintf(s->last_words, sizeof(s->last_words), "%.*s", PROBE_SESSION_WORDS - 1, line);
    board_emit_line(s->board, "stderr", line);
}

void probe_session_link_lost(struct probe_session *s)
{
    s->is_suspect = true;
    give_up(s, s->line->lost_cause, "the serial link to the board was lost");
    forget_attempt(s);
}

void probe_session_ended(struct probe_session *s, const struct exec_outcome *how)
{
    board_emit_exit(s->board, how, false);
    give_up(s, CAUSE_BOOT, "the board's program %s %d %s%s%.120s",
            how->signalled ? "died of signal" : "ended with status", how->code,
            s->host.is_greeted ? "in mid attempt" : "before it was ready",
            s->last_words[0] != '\0' ? ": " : "", s->last_words);
    forget_attempt(s);
    loop_timer_stop(s->host_timer); /* whom should it repeat anything to */
}

/* ---- attempts ---------------------------------------------------------------------------------
 */

static ASSAY_RESULT power_on(struct probe_session *s, struct assay_error *err)
{
    const struct board_file *file = board_file_of(s->board);

    s->last_words[0] = '\0';
    if (s->was_on)
        board_emit_text(s->board, EV_BOARD_RESET, "reason", "power");
    ASSAY_TRY(s->line->on(s->ctx, err));
    s->was_on = true;
    s->is_suspect = false;
    probe_host_power_on(&s->host, now_ms(), board_file_timeout_ms(file, BOARD_TIMEOUT_READY));
    return ASSAY_OK;
}

/* How long the board is told to wait in one phase; 0: as long as it likes. */
static unsigned patience_ms(const struct board_file *file, bool silent)
{
    unsigned phase_ms = board_file_timeout_ms(file, BOARD_TIMEOUT_PHASE);
    unsigned silence_ms = board_file_timeout_ms(file, BOARD_TIMEOUT_SILENCE);

    return silent && silence_ms != 0 ? silence_ms : phase_ms;
}

static ASSAY_RESULT begin_attempt(struct probe_session *s, const struct board_request *request,
                                  struct assay_error *err)
{
    const struct board_file *file = board_file_of(s->board);
    const struct probe_limits limits = {.attempt_ms = s->limit_ms,
                                        .phase_ms = patience_ms(file, request->silent)};
    struct probe_job job;

    secrets_clear(&s->secrets);
    if (secrets_add(&s->secrets, request->password) != ASSAY_OK ||
        secrets_add(&s->secrets, request->psk_hex) != ASSAY_OK)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    /* One that never took back our last order, or answers nothing, is helped by power alone. */
    if (s->line->is_on(s->ctx) && (s->is_suspect || s->host.must_abort || request->reset))
        s->line->off(s->ctx);
    if (!s->line->is_on(s->ctx))
        ASSAY_TRY(power_on(s, err));
    ASSAY_TRY(probe_job_make(request,
                             request->clock != NULL ? request->clock : board_file_clock(file),
                             &limits, &job, err));
    probe_host_attempt(&s->host, &job, now_ms());
    return ASSAY_OK;
}

void probe_session_connect(struct probe_session *s, const struct board_request *request)
{
    const struct board_file *file = board_file_of(s->board);
    struct assay_error err;
    enum assay_status status = ASSAY_OK;

    s->is_attempt = true;
    s->phase[0] = '\0';
    s->limit_ms = board_time_limit_ms(request, board_file_timeout_ms(file, BOARD_TIMEOUT_CONNECT));
    loop_timer_start(s->limit, board_file_timeout_ms(file, BOARD_TIMEOUT_READY) + PREPARE_MS);
    status = begin_attempt(s, request, &err);
    if (status != ASSAY_OK) /* without its program there is no board */
        give_up(s, status == ASSAY_ERR_NOT_FOUND ? CAUSE_BOOT : CAUSE_HARNESS, "%s", err.text);
    set_host_timer(s);
}

void probe_session_stop(struct probe_session *s)
{
    probe_host_stop(&s->host, now_ms());
    set_host_timer(s);
}

void probe_session_cancel(struct probe_session *s)
{
    end_attempt(s);
    forget_attempt(s);
}

/* ---- the session ------------------------------------------------------------------------------
 */

ASSAY_RESULT probe_session_init(struct probe_session *s, struct board *board,
                                const struct probe_session_line *line, void *ctx)
{
    uv_loop_t *loop = board_options_of(board)->loop;

    *s = (struct probe_session){.board = board, .line = line, .ctx = ctx};
    probe_host_init(&s->host, &host_calls, s);
    s->host_timer = loop_timer_new(loop, on_host_timer, s);
    s->limit = loop_timer_new(loop, on_limit, s);
    return s->host_timer != NULL && s->limit != NULL ? ASSAY_OK : ASSAY_ERR_NOMEM;
}

void probe_session_done(struct probe_session *s)
{
    end_attempt(s);
    probe_host_done(&s->host);
    loop_timer_close(s->host_timer);
    loop_timer_close(s->limit);
    secrets_clear(&s->secrets);
}
