/* SPDX-License-Identifier: Apache-2.0 */
/* The native drivers: a way into the boot loader, a serial port, a boot loader's protocol. */
#include "flash_driver.h"
#include "flash_entry.h"
#include "flash_loader.h"

#include "base/deadline.h"
#include "serial/serial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    NS_PER_MS = 1000000,
    MAX_ATTEMPTS = 3,
    COME_BACK_MS = 1000, /* for a port that was lost on the way */
    USB_SETTLE_MS = 500, /* after a touch: opening the port earlier calls it off */
    PTY_SETTLE_MS = 150, /* ... and hides the rate before it was seen */
    DRAIN_MS = 5,
    DRAINS_MAX = 200
};

/* What the session waits for. */
enum session_state {
    STATE_OPENING,
    STATE_LINES_ENTER,
    STATE_TALKING,
    STATE_DRAINING,
    STATE_LINES_LEAVE
};

struct session {
    struct flash *flash;
    enum session_state state;
    struct serial *port;
    struct serial_wait *wait;
    struct serial_place place;
    struct loop_timer *timer;
    struct flash_loader loader;
    bool has_loader;
    unsigned attempts, drains;
    const char *lines; /* what is left of a sequence */
    struct flash_lines_step levels;
    /* How the boot loader's part ended. */
    bool is_ended;
    enum flash_loader_end end;
    char text[FLASH_LOADER_TEXT];
    char first_text[FLASH_LOADER_TEXT]; /* of an attempt that had come further; "": none had */
    char lost[96];                      /* what was going on when the port went; "": it did not */
    unsigned percent;
};

static void attempt(struct session *s, const char *why);

static uint64_t now_ms(void)
{
    return monotonic_ns() / NS_PER_MS;
}

/* ---- between attempts ---- */

static void close_port(struct session *s)
{
    if (s->port != NULL)
        flash_count_bytes(s->flash, serial_tx_bytes(s->port), serial_rx_bytes(s->port));
    serial_close(s->port);
    s->port = NULL;
    if (s->has_loader)
        flash_loader_done(&s->loader);
    s->has_loader = false;
    loop_timer_stop(s->timer);
}

/* The number of a pty that is gone is soon another one's, and that may be another board. */
static bool may_come_back(const char *port)
{
    static const char ptys[] = "/dev/pts/";

    return strncmp(port, ptys, sizeof(ptys) - 1) != 0;
}

static bool may_try_again(const struct session *s)
{
    bool can_reset = strcmp(flash_settings_of(s->flash)->entry->name, "none") != 0;

    if (s->attempts >= MAX_ATTEMPTS || s->end == FLASH_LOADER_REFUSED)
        return false;
    if (s->lost[0] != '\0')
        return may_come_back(flash_port_of(s->flash));
    if (s->end == FLASH_LOADER_NO_SYNC && s->first_text[0] != '\0')
        return false; /* it was there, and a reset did not bring it back */
    return can_reset || s->end != FLASH_LOADER_NO_SYNC;
}

static void fail_for_loss(struct session *s)
{
    flash_fail(s->flash, ASSAY_ERR_CLOSED, CAUSE_FLASH,
               "the port %s was lost while %s: is the cable loose, has the board lost its power? "
               "The next flash repairs it",
               flash_port_of(s->flash), s->lost);
}

/* Nobody answers: from the beginning, or since something happened on the way. */
static void fail_for_silence(struct session *s)
{
    const char *port = flash_port_of(s->flash);
    bool has_entry = strcmp(flash_settings_of(s->flash)->entry->name, "none") != 0;

    if (s->first_text[0] != '\0')
        flash_fail(s->flash, ASSAY_ERR_TIMEOUT, CAUSE_FLASH,
                   "%s: %s, and since then nobody answers: has the board lost its power? The next "
                   "flash repairs it",
                   port, s->first_text);
    else
        flash_fail(s->flash, ASSAY_ERR_TIMEOUT, CAUSE_FLASH, "%s: %s. %s", port, s->text,
                   has_entry ? "Is it the right port, and does the board's `flash.entry` fit?"
                             : "Hold the boot pin and reset the board, or say in the board file "
                               "how the bench can (`flash.entry`)");
}

static void fail_attempt(struct session *s)
{
    bool is_silent = s->end == FLASH_LOADER_NO_SYNC;

    close_port(s);
    if (!is_silent && s->first_text[0] == '\0')
        snprintf(s->first_text, sizeof(s->first_text), "%s", s->text);
    if (may_try_again(s)) {
        flash_emit_retry(s->flash, CAUSE_FLASH, s->text);
        attempt(s, s->text);
    } else if (s->lost[0] != '\0') {
        fail_for_loss(s);
    } else if (is_silent) {
        fail_for_silence(s);
    } else {
        flash_fail(s->flash, ASSAY_ERR_IO, CAUSE_FLASH, "%s: %s", flash_port_of(s->flash), s->text);
    }
}

/* ---- DTR and RTS ---- */

static void finish(struct session *s)
{
    static const enum flash_result results[] = {[FLASH_LOADER_WRITTEN] = FLASH_WRITTEN,
                                                [FLASH_LOADER_SAME] = FLASH_SAME,
                                                [FLASH_LOADER_DIFFERS] = FLASH_DIFFERS};

    close_port(s);
    flash_end(s->flash, results[s->end]);
}

static void talk(struct session *s);

/* The steps up to the next wait; when there are none left, what follows them. */
static void move_lines(struct session *s)
{
    struct assay_error err = {.text = ""};
    enum assay_status status = flash_lines_next(&s->lines, &s->levels);

    if (status == ASSAY_ERR_NOT_FOUND) {
        if (s->state == STATE_LINES_ENTER)
            talk(s);
        else
            finish(s);
        return;
    }
    if (status == ASSAY_OK)
        status = serial_set_lines(s->port, s->levels.dtr, s->levels.rts, &err);
    if (status == ASSAY_OK)
        loop_timer_start(s->timer, s->levels.wait_ms);
    else
        flash_fail(s->flash, status, CAUSE_HARNESS, "%s: `flash.entry: lines`: %s",
                   flash_port_of(s->flash), err.text);
}

/* ---- after the boot loader ---- */

static void leave(struct session *s)
{
    const struct flash_request *r = flash_request_of(s->flash);
    const struct flash_settings *settings = flash_settings_of(s->flash);
    struct assay_error err = {.text = ""};

    if (r->stay) {
        finish(s);
    } else if (settings->entry->has_control) {
        enum assay_status status = r->control->reset(r->control->ctx, false, &err);

        if (status != ASSAY_OK)
            flash_fail(s->flash, status, CAUSE_FLASH, "the board was not reset after the flash: %s",
                       err.text);
        else
            finish(s);
    } else if (settings->entry->has_lines) {
        s->state = STATE_LINES_LEAVE;
        s->lines = settings->lines_leave;
        move_lines(s);
    } else {
        finish(s);
    }
}

/* The last request has no answer; it has to be out before the port is closed. */
static void drain(struct session *s)
{
    s->state = STATE_DRAINING;
    if (s->port != NULL && serial_unsent(s->port) > 0 && s->drains++ < DRAINS_MAX)
        loop_timer_start(s->timer, DRAIN_MS);
    else
        leave(s);
}

/* After every call of the boot loader's protocol, which must not be freed from its own news. */
static void look_at_end(struct session *s)
{
    uint64_t at = 0;
    uint64_t now = now_ms();

    if (s->state != STATE_TALKING)
        return;
    if (!s->is_ended) {
        at = flash_loader_deadline_ms(&s->loader);
        if (at == UINT64_MAX)
            loop_timer_stop(s->timer);
        else
            loop_timer_start(s->timer, at > now ? at - now : 0);
        return;
    }
    if (s->end <= FLASH_LOADER_DIFFERS)
        drain(s);
    else
        fail_attempt(s);
}

/* ---- the boot loader ---- */

static void on_send(void *ctx, const void *bytes, size_t len)
{
    struct session *s = ctx;

    /* A line that is gone says so itself; one that takes nothing shows as silence. */
    if (serial_write(s->port, bytes, len) != ASSAY_OK)
        s->percent = 0;
}

static void on_found_loader(void *ctx, int64_t chip_id, const char *version)
{
    struct session *s = ctx;

    flash_emit_loader(s->flash, chip_id, version);
}

static const char *const phases[FLASH_LOADER_STAGES] = {[FLASH_LOADER_ERASE] = "erase",
                                                        [FLASH_LOADER_WRITE] = "write",
                                                        [FLASH_LOADER_COMPARE] = "verify",
                                                        [FLASH_LOADER_VERIFY] = "verify"};

static void on_progress(void *ctx, enum flash_loader_stage stage, uint32_t done, uint32_t total)
{
    struct session *s = ctx;

    s->percent = total > 0 ? (unsigned)((uint64_t)done * 100 / total) : 0;
    if (phases[stage] != NULL)
        flash_progress(s->flash, phases[stage], done, total);
}

static void on_verified(void *ctx, bool ok, const char *method)
{
    struct session *s = ctx;

    flash_emit_verify(s->flash, ok, method);
}

static void on_ended(void *ctx, enum flash_loader_end end, const char *text)
{
    struct session *s = ctx;

    s->is_ended = true;
    s->end = end;
    snprintf(s->text, sizeof(s->text), "%s", text);
}

static const struct flash_loader_calls loader_calls = {.send = on_send,
                                                       .found = on_found_loader,
                                                       .progress = on_progress,
                                                       .verified = on_verified,
                                                       .ended = on_ended};

static void talk(struct session *s)
{
    const struct flash_request *r = flash_request_of(s->flash);
    const struct flash_settings *settings = flash_settings_of(s->flash);
    struct flash_loader_task task = {
        .chip = settings->chip,
        .image = flash_image_of(s->flash),
        .persona = settings->persona[0] != '\0' ? settings->persona : NULL,
        .is_usb = settings->is_usb,
        .force = r->force,
        .verify_only = r->verify_only,
        .start = !r->stay && !settings->entry->has_control && !settings->entry->has_lines,
        .careful = s->attempts > 1,
        /* What the attempt before left on the line has to be got out of the way. */
        .sync_ms = (unsigned)settings->sync_ms * (s->attempts > 1 ? 2 : 1),
    };

    s->state = STATE_TALKING;
    s->is_ended = false;
    s->percent = 0;
    s->lost[0] = '\0';
    flash_loader_init(&s->loader, settings->driver->protocol, &task, &loader_calls, s);
    s->has_loader = true;
    flash_loader_begin(&s->loader, now_ms());
    look_at_end(s);
}

/* ---- the port ---- */

static void on_bytes(void *ctx, const uint8_t *bytes, size_t len)
{
    struct session *s = ctx;

    if (s->state != STATE_TALKING)
        return;
    flash_loader_feed(&s->loader, bytes, len, now_ms());
    look_at_end(s);
}

static void on_lost(void *ctx, const char *why)
{
    struct session *s = ctx;
    const char *doing =
        s->has_loader ? flash_loader_stage_name(s->loader.stage) : "entering the boot loader";

    if (s->state >= STATE_DRAINING || (s->has_loader && s->loader.stage == FLASH_LOADER_START)) {
        s->end = s->is_ended ? s->end : flash_loader_outcome(&s->loader);
        finish(s); /* it has what it should, and resets: some ports go with that */
        return;
    }
    if (s->percent > 0)
        snprintf(s->lost, sizeof(s->lost), "%.60s (%u %%)", doing, s->percent);
    else
        snprintf(s->lost, sizeof(s->lost), "%.60s", doing);
    snprintf(s->text, sizeof(s->text), "the port was lost while %s: %s", s->lost, why);
    s->end = FLASH_LOADER_BROKEN;
    fail_attempt(s);
}

static const struct serial_calls port_calls = {.bytes = on_bytes, .lost = on_lost};

static void on_timer(void *ctx)
{
    struct session *s = ctx;

    switch (s->state) {
    case STATE_OPENING:
        break;
    case STATE_LINES_ENTER:
    case STATE_LINES_LEAVE:
        move_lines(s);
        break;
    case STATE_TALKING:
        flash_loader_tick(&s->loader, now_ms());
        look_at_end(s);
        break;
    case STATE_DRAINING:
        drain(s);
        break;
    }
}

static void enter(struct session *s)
{
    const struct flash_request *r = flash_request_of(s->flash);
    const struct flash_settings *settings = flash_settings_of(s->flash);
    struct assay_error err = {.text = ""};
    enum assay_status status = ASSAY_OK;

    serial_discard(s->port);
    if (settings->entry->has_control)
        status = r->control->reset(r->control->ctx, true, &err);
    if (status != ASSAY_OK) {
        flash_fail(s->flash, status, CAUSE_FLASH, "the board does not enter its boot loader: %s",
                   err.text);
    } else if (settings->entry->has_lines) {
        s->state = STATE_LINES_ENTER;
        s->lines = settings->lines_enter;
        s->levels = (struct flash_lines_step){.dtr = false};
        move_lines(s);
    } else {
        talk(s);
    }
}

static void on_found_port(void *ctx, struct serial *port, const struct assay_error *err)
{
    struct session *s = ctx;

    s->wait = NULL;
    s->port = port;
    if (port != NULL) {
        enter(s);
        return;
    }
    if (s->lost[0] != '\0')
        fail_for_loss(s);
    else
        flash_fail(s->flash, err->status, CAUSE_ENUMERATE, "%s", err->text);
}

static ASSAY_RESULT open_port(struct session *s, unsigned delay_ms, struct assay_error *err)
{
    static const enum serial_parity none = SERIAL_PARITY_NONE;
    const struct flash_settings *settings = flash_settings_of(s->flash);
    bool is_stm32 = settings->driver == &flash_driver_stm32;
    struct serial_spec spec = {
        .loop = flash_request_of(s->flash)->loop,
        .sink = flash_request_of(s->flash)->sink,
        .path = flash_port_of(s->flash),
        /* AN3155 section 2: even parity. A pty has none, and needs none. */
        .mode = {.baud = (unsigned)settings->baud, .parity = is_stm32 ? SERIAL_PARITY_EVEN : none},
        .calls = &port_calls,
        .ctx = s,
    };
    unsigned wait_ms = s->lost[0] != '\0' ? COME_BACK_MS : settings->entry->wait_ms;

    s->state = STATE_OPENING;
    return serial_wait_open(&spec, &s->place, delay_ms, wait_ms, on_found_port, &s->wait, err);
}

static void attempt(struct session *s, const char *why)
{
    const struct flash_settings *settings = flash_settings_of(s->flash);
    struct assay_error err = {.text = ""};
    enum assay_status status = ASSAY_OK;
    unsigned delay_ms = 0;

    s->attempts++;
    flash_begin_attempt(s->flash, settings->entry->name, why);
    if (settings->entry->touches) {
        /* One that is lost is waited for: then it enumerates into its boot loader, or not at all.
         */
        status = serial_touch(flash_port_of(s->flash), flash_request_of(s->flash)->sink, &err);
        delay_ms = s->place.usb_path[0] != '\0' ? USB_SETTLE_MS : PTY_SETTLE_MS;
        if (status != ASSAY_OK && s->attempts == 1) {
            flash_fail(s->flash, status, CAUSE_ENUMERATE, "%s", err.text);
            return;
        }
    }
    status = open_port(s, delay_ms, &err);
    if (status != ASSAY_OK)
        flash_fail(s->flash, status, CAUSE_HARNESS, "%s", err.text);
}

/* ---- the driver ---- */

static ASSAY_RESULT native_check(const struct flash *flash, struct assay_error *err)
{
    (void)flash;
    (void)err;
    return ASSAY_OK;
}

static ASSAY_RESULT native_start(struct flash *flash, void **ret_state, struct assay_error *err)
{
    struct session *s = calloc(1, sizeof(*s));

    if (s != NULL)
        s->timer = loop_timer_new(flash_request_of(flash)->loop, on_timer, s);
    if (s == NULL || s->timer == NULL) {
        free(s);
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    }
    s->flash = flash;
    *ret_state = s;
    serial_place_of(flash_port_of(flash), &s->place);
    attempt(s, NULL);
    return ASSAY_OK;
}

static void native_stop(void *state)
{
    struct session *s = state;

    if (s == NULL)
        return;
    serial_wait_cancel(s->wait);
    close_port(s);
    loop_timer_close(s->timer);
    free(s);
}

const struct flash_driver flash_driver_stm32 = {.name = "stm32",
                                                .is_native = true,
                                                .protocol = &flash_loader_protocol_stm32,
                                                .check = native_check,
                                                .start = native_start,
                                                .stop = native_stop};

const struct flash_driver flash_driver_samba = {.name = "samba",
                                                .is_native = true,
                                                .protocol = &flash_loader_protocol_samba,
                                                .check = native_check,
                                                .start = native_start,
                                                .stop = native_stop};
