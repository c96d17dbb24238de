/* SPDX-License-Identifier: Apache-2.0 */
#include "control.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { TOUCH_RATE = 1200, LINE_MAX_LEN = 256, SAY_MAX = 512 };

/* ---- what happens ---------------------------------------------------------------------------- */

static void say(struct emulator *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(struct emulator *e, const char *format, ...)
{
    char text[SAY_MAX];
    va_list args;
    int len = 0;

    va_start(args, format);
    len = vsnprintf(text, sizeof(text) - 1, format, args);
    va_end(args);
    if (len < 0)
        return;
    if (len > (int)sizeof(text) - 2)
        len = (int)sizeof(text) - 2;
    text[len] = '\n';
    if (write(STDOUT_FILENO, text, (size_t)len + 1) < 0)
        uv_stop(&e->loop); /* nobody is there any more */
}

static void power_on(struct emulator *e, bool into_loader)
{
    struct assay_error err = {.text = ""};
    int uart = -1;

    if (machine_is_on(&e->machine))
        return;
    if (machine_on(&e->machine, into_loader, &uart, &err) != ASSAY_OK ||
        relay_connect(&e->relay, uart, &err) != ASSAY_OK) {
        say(e, "error %s", err.text);
        return;
    }
    say(e, "on");
}

static void power_off(struct emulator *e)
{
    if (!machine_is_on(&e->machine))
        return;
    machine_off(&e->machine);
    relay_disconnect(&e->relay);
    say(e, "off");
}

static void on_ended(void *ctx, const struct exec_outcome *how)
{
    struct emulator *e = ctx;

    relay_disconnect(&e->relay);
    say(e, "ended %s %d", how->signalled ? "by signal" : "with status", how->code);
}

static void on_complaint(void *ctx, const char *text, size_t len)
{
    struct emulator *e = ctx;

    while (len > 0) {
        const char *end = memchr(text, '\n', len);
        size_t line = end != NULL ? (size_t)(end - text) : len;

        if (line > 0)
            say(e, "says %.*s", (int)(line < SAY_MAX ? line : SAY_MAX), text);
        text += line + (end != NULL);
        len -= line + (end != NULL);
    }
}

static void on_reset(void *ctx, bool by_guest)
{
    say(ctx, "reset by %s", by_guest ? "board" : "bench");
}

static void on_failed(void *ctx, const char *what)
{
    say(ctx, "error %s", what);
}

static const struct machine_calls machine_calls = {
    .ended = on_ended, .complaint = on_complaint, .reset = on_reset, .failed = on_failed};

static void on_rate(void *ctx, unsigned baud)
{
    struct emulator *e = ctx;

    say(e, "rate %u", baud);
    if (baud == TOUCH_RATE)
        machine_reset(&e->machine, true);
}

static void on_fault(void *ctx, enum line_fault_kind kind)
{
    struct emulator *e = ctx;

    say(e, "fault %s", line_fault_name(kind));
    if (kind == LINE_FAULT_POWER_CUT)
        power_off(e);
    if (kind == LINE_FAULT_UNPLUG)
        relay_unplug(&e->relay);
}

static void on_dropped(void *ctx, size_t len)
{
    say(ctx, "dropped %zu", len);
}

static const struct relay_calls relay_calls = {
    .rate = on_rate, .fault = on_fault, .dropped = on_dropped};

/* ---- commands -------------------------------------------------------------------------------- */

static void do_on(struct emulator *e)
{
    power_on(e, false);
}

static void do_on_loader(struct emulator *e)
{
    power_on(e, true);
}

static void do_reset(struct emulator *e)
{
    machine_reset(&e->machine, false);
}

static void do_reset_loader(struct emulator *e)
{
    machine_reset(&e->machine, true);
}

static void do_unplug(struct emulator *e)
{
    relay_unplug(&e->relay);
}

static void do_quit(struct emulator *e)
{
    uv_stop(&e->loop);
}

static const struct {
    const char *text;
    void (*act)(struct emulator *e);
} commands[] = {
    {"on", do_on},       {"on loader", do_on_loader},       {"off", power_off},
    {"reset", do_reset}, {"reset loader", do_reset_loader}, {"unplug", do_unplug},
    {"quit", do_quit},
};

static void take_command(struct emulator *e, const char *text)
{
    for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
        if (strcmp(commands[i].text, text) == 0) {
            commands[i].act(e);
            return;
        }
    }
    say(e, "error there is no command \"%s\"", text);
}

static void on_input(uv_poll_t *poll, int status, int events)
{
    struct emulator *e = poll->data;
    char chunk[LINE_MAX_LEN];
    ssize_t got = read(STDIN_FILENO, chunk, sizeof(chunk));

    (void)status;
    (void)events;
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0) {
        uv_stop(&e->loop);
        return;
    }
    for (ssize_t i = 0; i < got; i++) {
        if (chunk[i] != '\n') {
            (void)!buf_add_char(&e->line, chunk[i]); /* an overlong one is no command anyway */
            continue;
        }
        take_command(e, buf_text(&e->line));
        buf_clear(&e->line);
    }
}

/* ---- the whole ------------------------------------------------------------------------------- */

static enum assay_status make_link(struct emulator *e, struct assay_error *err)
{
    const char *link = e->options->link;

    if (link == NULL)
        return ASSAY_OK;
    if (unlink(link) != 0 && errno != ENOENT)
        return assay_error_sys(err, errno, "%s is in the way", link);
    if (symlink(e->relay.port, link) != 0)
        return assay_error_sys(err, errno, "cannot make %s", link);
    return ASSAY_OK;
}

static enum assay_status set_up(struct emulator *e, struct assay_error *err)
{
    buf_init(&e->line, LINE_MAX_LEN);
    ASSAY_TRY(relay_open(&e->relay, &e->loop, &relay_calls, e, &e->fault, err));
    ASSAY_TRY(make_link(e, err));
    if (uv_poll_init(&e->loop, &e->input, STDIN_FILENO) != 0)
        return assay_error_set(err, ASSAY_ERR_ARG,
                               "standard input has to be a pipe, a socket or a terminal");
    e->input.data = e;
    uv_poll_start(&e->input, UV_READABLE, on_input);
    say(e, "port %s", e->relay.port);
    if (!e->options->is_off)
        power_on(e, e->options->is_held);
    return ASSAY_OK;
}

int emulator_run(const struct emulator_options *options, struct assay_error *err)
{
    struct emulator e = {.options = options, .fault = options->fault};
    enum assay_status status = ASSAY_OK;

    if (uv_loop_init(&e.loop) != 0)
        return 3;
    machine_init(&e.machine, &e.loop, &options->machine, &machine_calls, &e);
    status = set_up(&e, err);
    if (status == ASSAY_OK)
        uv_run(&e.loop, UV_RUN_DEFAULT);
    machine_done(&e.machine);
    if (options->link != NULL)
        (void)unlink(options->link); /* it leads nowhere now */
    return status == ASSAY_OK ? 0 : 3;
}
