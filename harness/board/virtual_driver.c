/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Driver `virtual`: a program of ours on a pty, which runs the probe firmware over a real TLS
 * stack. It stays on between attempts, as a board on a desk does; one that died or went deaf is
 * power-cycled before the next.
 */
#include "board_events.h"
#include "serial_process.h"
#include "command_line.h"
#include "probe_host.h"

#include "base/deadline.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    NS_PER_MS = 1000000,
    PREPARE_MS = 60000, /* uploads and settings: a backstop, each command has limits of its own */
    MAX_WORDS = 160
};

struct virtual_board {
    struct board *board;
    struct serial_process process;
    struct probe_host host;
    struct loop_timer *host_timer, *limit;
    struct secrets secrets;
    char last_words[MAX_WORDS]; /* on standard error */
    unsigned limit_ms;
    uint64_t sent_ns; /* when the last command went out */
    char phase[12];   /* of the attempt; "": it has not begun one */
    bool was_on, is_suspect;
    bool is_attempt, is_connecting, is_ordered;
};

static uint64_t now_ms(void)
{
    return monotonic_ns() / NS_PER_MS;
}

/* After whatever may have changed what the session waits for. */
static void set_host_timer(struct virtual_board *v)
{
    uint64_t at = probe_host_deadline(&v->host);
    uint64_t now = now_ms();

    if (at == UINT64_MAX)
        loop_timer_stop(v->host_timer);
    else
        loop_timer_start(v->host_timer, at > now ? at - now : 0);
}

static void on_host_timer(void *ctx)
{
    struct virtual_board *v = ctx;

    probe_host_tick(&v->host, now_ms());
    set_host_timer(v);
}

/* The session lets go of the attempt, and tells the board if it still hears. */
static void forget_attempt(struct virtual_board *v)
{
    probe_host_abort(&v->host, now_ms());
    set_host_timer(v);
}

/* ---- the end of an attempt --------------------------------------------------------------------
 */

static void end_attempt(struct virtual_board *v)
{
    v->is_attempt = false;
    v->is_connecting = false;
    v->is_ordered = false;
    loop_timer_stop(v->limit);
}

static void give_up(struct virtual_board *v, enum cause cause, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void give_up(struct virtual_board *v, enum cause cause, const char *format, ...)
{
    char detail[256];
    va_list args;

    if (!v->is_attempt)
        return;
    va_start(args, format);
    vsnprintf(detail, sizeof(detail), format, args);
    va_end(args);
    end_attempt(v);
    board_finish_cause(v->board, cause, "%s", detail);
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
    struct virtual_board *v = ctx;
    struct board_outcome outcome = {.cause =
                                        result->ok ? CAUSE_NONE : cause_of_end_in(result->phase),
                                    .has_result = true,
                                    .ok = result->ok,
                                    .connect_ns = monotonic_ns() - v->sent_ns};
    struct buf text;

    buf_init(&text, 4 * PROBE_HOST_TEXT_MAX);
    if (secrets_mask(&v->secrets, result->text, strlen(result->text), &text) != ASSAY_OK)
        buf_clear(&text);
    board_emit_result(v->board, result->ok, result->phase, result->code, buf_text(&text));
    if (outcome.cause != CAUSE_NONE)
        snprintf(outcome.detail, sizeof(outcome.detail), "the board failed in phase %s: %.180s",
                 result->phase, buf_text(&text));
    buf_done(&text);
    end_attempt(v);
    board_finish(v->board, &outcome);
}

static void on_failed(void *ctx, enum probe_failure failure, const char *detail)
{
    struct virtual_board *v = ctx;

    if (failure == PROBE_NEVER_READY || failure == PROBE_NO_ANSWER)
        v->is_suspect = true;
    give_up(v, failure == PROBE_REFUSED ? CAUSE_HARNESS : CAUSE_BOOT, "%s", detail);
}

static void on_limit(void *ctx)
{
    struct virtual_board *v = ctx;
    struct board_outcome outcome = {.cause = CAUSE_NONE, .timed_out = true};

    if (!v->is_ordered) {
        v->is_suspect = true;
        give_up(v, CAUSE_BOOT,
                v->is_connecting ? "the board does not answer \"connect\""
                                 : "the board could not be prepared in time");
        forget_attempt(v);
        return;
    }
    /* The servers' side of the story tells whether it hangs, waits in vain, or is dead. */
    snprintf(outcome.detail, sizeof(outcome.detail),
             "the board gave no result within %u ms after \"connect\" (%s%s)", v->limit_ms,
             v->phase[0] != '\0' ? "it is in phase " : "it did not begin", v->phase);
    outcome.connect_ns = monotonic_ns() - v->sent_ns;
    end_attempt(v);
    forget_attempt(v);
    board_finish(v->board, &outcome);
}

/* ---- what the probe session does --------------------------------------------------------------
 */

static void on_send(void *ctx, const char *bytes, size_t len)
{
    struct virtual_board *v = ctx;

    serial_process_send(&v->process, bytes, len);
}

static void on_sent(void *ctx, const char *text)
{
    struct virtual_board *v = ctx;

    v->sent_ns = v->is_ordered ? v->sent_ns : monotonic_ns();
    if (v->is_attempt && strcmp(text, "connect") == 0) {
        v->is_connecting = true;
        loop_timer_start(v->limit, v->limit_ms);
    }
    board_emit_text(v->board, EV_BOARD_COMMAND, "text", text);
}

static void on_serial_line(void *ctx, const char *text)
{
    struct virtual_board *v = ctx;
    struct buf masked;

    buf_init(&masked, 1024);
    if (secrets_mask(&v->secrets, text, strlen(text), &masked) == ASSAY_OK)
        board_emit_line(v->board, "serial", buf_text(&masked));
    buf_done(&masked);
}

static void on_noise(void *ctx, const uint8_t *bytes, size_t len, const char *why)
{
    const struct virtual_board *v = ctx;
    struct event_builder e;

    board_event_begin(&e, v->board, EV_BOARD_NOISE);
    event_bytes(&e, "bytes", bytes, len);
    event_text(&e, "why", why);
    event_emit(&e);
}

static void on_reset(void *ctx, const char *reason)
{
    const struct virtual_board *v = ctx;

    (void)reason; /* `ready` tells it too */
    board_emit_text(v->board, EV_BOARD_RESET, "reason", "spontaneous");
}

static void on_ready(void *ctx, const char *name, const char *stack, const char *reason)
{
    const struct virtual_board *v = ctx;
    const char *version = strrchr(stack, ' ');
    size_t stack_len = version != NULL ? (size_t)(version - stack) : strlen(stack);
    struct event_builder e;

    board_event_begin(&e, v->board, EV_BOARD_READY);
    event_text(&e, "name", name);
    event_text_len(&e, "stack", stack, stack_len);
    event_text(&e, "version", version != NULL ? version + 1 : "");
    event_text(&e, "reset_reason", reason);
    event_emit(&e);
}

static void on_ordered(void *ctx)
{
    struct virtual_board *v = ctx;

    v->is_ordered = true;
}

static void on_phase(void *ctx, const char *phase)
{
    struct virtual_board *v = ctx;

    if (strcmp(v->phase, phase) == 0)
        return;
    snprintf(v->phase, sizeof(v->phase), "%.*s", (int)sizeof(v->phase) - 1, phase);
    board_emit_text(v->board, EV_BOARD_PHASE, "phase", phase);
}

static const struct probe_host_calls host_calls = {.send = on_send,
                                                   .sent = on_sent,
                                                   .line = on_serial_line,
                                                   .noise = on_noise,
                                                   .reset = on_reset,
                                                   .ready = on_ready,
                                                   .ordered = on_ordered,
                                                   .phase = on_phase,
                                                   .result = on_result,
                                                   .failed = on_failed};

/* ---- what its process does --------------------------------------------------------------------
 */

static void on_bytes(void *ctx, const uint8_t *bytes, size_t len)
{
    struct virtual_board *v = ctx;

    probe_host_feed(&v->host, bytes, len, now_ms());
    set_host_timer(v);
}

static void on_complaint(void *ctx, const char *line, size_t len)
{
    struct virtual_board *v = ctx;

    if (len > 0)
        snprintf(v->last_words, sizeof(v->last_words), "%.*s", MAX_WORDS - 1, line);
    board_emit_line(v->board, "stderr", line);
}

static void on_link_lost(void *ctx)
{
    struct virtual_board *v = ctx;

    v->is_suspect = true;
    give_up(v, CAUSE_BOOT, "the serial link to the board was lost");
    forget_attempt(v);
}

static void on_ended(void *ctx, const struct exec_outcome *how)
{
    struct virtual_board *v = ctx;

    board_emit_exit(v->board, how, false);
    give_up(v, CAUSE_BOOT, "the board's program %s %d %s%s%.120s",
            how->signalled ? "died of signal" : "ended with status", how->code,
            v->host.is_greeted ? "in mid attempt" : "before it was ready",
            v->last_words[0] != '\0' ? ": " : "", v->last_words);
    forget_attempt(v);
    loop_timer_stop(v->host_timer); /* whom should it repeat anything to */
}

static const struct serial_process_calls process_calls = {
    .bytes = on_bytes, .complaint = on_complaint, .link_lost = on_link_lost, .ended = on_ended};

/* ---- power ------------------------------------------------------------------------------------
 */

static ASSAY_RESULT find_program(const struct board_file *file, const char *program_dir,
                                 char ret[PATH_MAX], struct assay_error *err)
{
    const char *program = value_text(value_path(board_file_root(file), "virtual.program"));

    if (program_dir == NULL || program_dir[0] == '\0')
        return assay_error_set(err, ASSAY_ERR_NOT_FOUND,
                               "nobody said where the virtual boards' programs are");
    if (snprintf(ret, PATH_MAX, "%s/%s", program_dir, program) >= PATH_MAX)
        return assay_error_set(err, ASSAY_ERR_LIMIT, "the path of %s is too long", program);
    if (access(ret, X_OK) != 0)
        return assay_error_set(err, ASSAY_ERR_NOT_FOUND,
                               "there is no program %s in %.256s; was it built with its TLS "
                               "library installed?",
                               program, program_dir);
    return ASSAY_OK;
}

static ASSAY_RESULT make_argv(const struct virtual_board *v, struct text_list *argv,
                              struct assay_error *err)
{
    const struct board_file *file = board_file_of(v->board);
    const struct value *args = value_path(board_file_root(file), "virtual.args");
    char program[PATH_MAX];
    enum assay_status status = ASSAY_OK;

    ASSAY_TRY(find_program(file, board_options_of(v->board)->program_dir, program, err));
    status = text_list_add(argv, program);
    for (size_t i = 0; status == ASSAY_OK && i < value_count(args); i++)
        status = text_list_add(argv, value_text(value_at(args, i)));
    return status == ASSAY_OK ? ASSAY_OK : assay_error_set(err, status, "out of memory");
}

static ASSAY_RESULT power_on(struct virtual_board *v, struct assay_error *err)
{
    const struct board_file *file = board_file_of(v->board);
    struct text_list argv = {.items = NULL};
    enum assay_status status = make_argv(v, &argv, err);

    v->last_words[0] = '\0';
    if (v->was_on)
        board_emit_text(v->board, EV_BOARD_RESET, "reason", "power");
    if (status == ASSAY_OK)
        status = serial_process_on(&v->process, (const char *const *)argv.items,
                                   board_options_of(v->board)->work_dir, err);
    text_list_done(&argv);
    if (status != ASSAY_OK)
        return status;
    v->was_on = true;
    v->is_suspect = false;
    probe_host_power_on(&v->host, now_ms(), board_file_timeout_ms(file, BOARD_TIMEOUT_READY));
    return ASSAY_OK;
}

/* ---- the driver -------------------------------------------------------------------------------
 */

static ASSAY_RESULT virtual_check(const struct value *root, struct assay_error *err)
{
    if (value_text(value_path(root, "virtual.program")) == NULL)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "\"virtual: {program: ...}\" is missing");
    return ASSAY_OK;
}

static ASSAY_RESULT virtual_check_machine(const struct board_file *file, const char *program_dir,
                                          struct assay_error *err)
{
    char path[PATH_MAX];

    return find_program(file, program_dir, path, err);
}

static ASSAY_RESULT begin_attempt(struct virtual_board *v, const struct board_request *request,
                                  struct assay_error *err)
{
    const struct board_file *file = board_file_of(v->board);
    struct probe_job job;

    secrets_clear(&v->secrets);
    if (secrets_add(&v->secrets, request->password) != ASSAY_OK ||
        secrets_add(&v->secrets, request->psk_hex) != ASSAY_OK)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    /* One that never took back our last order, or answers nothing, is helped by power alone. */
    if (serial_process_is_on(&v->process) && (v->is_suspect || v->host.must_abort))
        serial_process_off(&v->process);
    if (!serial_process_is_on(&v->process))
        ASSAY_TRY(power_on(v, err));
    ASSAY_TRY(probe_job_make(request, board_file_clock(file), v->limit_ms, &job, err));
    probe_host_attempt(&v->host, &job, now_ms());
    return ASSAY_OK;
}

static void virtual_connect(void *state, const struct board_request *request)
{
    struct virtual_board *v = state;
    const struct board_file *file = board_file_of(v->board);
    struct assay_error err;
    enum assay_status status = ASSAY_OK;

    v->is_attempt = true;
    v->phase[0] = '\0';
    v->limit_ms = board_time_limit_ms(request, board_file_timeout_ms(file, BOARD_TIMEOUT_CONNECT));
    loop_timer_start(v->limit, board_file_timeout_ms(file, BOARD_TIMEOUT_READY) + PREPARE_MS);
    status = begin_attempt(v, request, &err);
    if (status != ASSAY_OK) /* without its program there is no board */
        give_up(v, status == ASSAY_ERR_NOT_FOUND ? CAUSE_BOOT : CAUSE_HARNESS, "%s", err.text);
    set_host_timer(v);
}

static void virtual_cancel(void *state)
{
    struct virtual_board *v = state;

    end_attempt(v);
    forget_attempt(v);
}

static void virtual_close(void *state)
{
    struct virtual_board *v = state;

    if (v == NULL)
        return;
    end_attempt(v);
    serial_process_done(&v->process);
    probe_host_done(&v->host);
    loop_timer_close(v->host_timer);
    loop_timer_close(v->limit);
    secrets_clear(&v->secrets);
    free(v);
}

static ASSAY_RESULT virtual_open(struct board *board, void **ret, struct assay_error *err)
{
    uv_loop_t *loop = board_options_of(board)->loop;
    struct virtual_board *v = calloc(1, sizeof(*v));

    if (v == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    v->board = board;
    probe_host_init(&v->host, &host_calls, v);
    v->host_timer = loop_timer_new(loop, on_host_timer, v);
    v->limit = loop_timer_new(loop, on_limit, v);
    if (v->host_timer == NULL || v->limit == NULL ||
        serial_process_init(&v->process, loop, &process_calls, v, &v->secrets) != ASSAY_OK) {
        loop_timer_close(v->host_timer);
        loop_timer_close(v->limit);
        free(v);
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    }
    *ret = v;
    return ASSAY_OK;
}

const struct board_driver board_driver_virtual = {
    .default_clock = "serial",
    .check = virtual_check,
    .check_machine = virtual_check_machine,
    .open = virtual_open,
    .close = virtual_close,
    .connect = virtual_connect,
    .cancel = virtual_cancel,
};
