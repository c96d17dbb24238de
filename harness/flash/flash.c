/* SPDX-License-Identifier: Apache-2.0 */
/* One flash: what is asked for is checked, a driver carries it out, one done() ends it. */
#include "flash_driver.h"
#include "flash_entry.h"

#include "base/buf.h"
#include "base/deadline.h"
#include "base/event_kinds.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PROGRESS_STEPS = 20 }; /* of a phase, that become events */

struct flash {
    struct flash_request request;
    struct flash_settings settings;
    struct flash_image image;
    char image_path[PATH_MAX];
    flash_done_fn done;
    void *ctx;
    void *state; /* of the driver */
    struct loop_soon *soon;
    struct loop_timer *limit;
    uint64_t begun_ns;
    bool is_over;
    bool has_begun; /* said so in an event */
    const char *phase;
    int64_t told; /* of the phase, in steps */
    struct flash_outcome outcome;
};

static const struct flash_driver *const drivers[] = {&flash_driver_stm32, &flash_driver_samba,
                                                     &flash_driver_command};

static const struct flash_driver_info infos[] = {
    {"stm32", "native: the boot loader in the ROM of STM32 chips (AN3155)"},
    {"samba", "native: SAM-BA with Arduino's extension, as on MKR and other SAMD21 boards"},
    {"command", "a tool of the field (bossac, stm32flash, avrdude, esptool, ...)"},
    {NULL, NULL},
};

const struct flash_driver_info *flash_driver_infos(void)
{
    return infos;
}

const struct flash_driver *flash_driver_find(const char *name)
{
    for (size_t i = 0; i < sizeof(drivers) / sizeof(*drivers); i++)
        if (strcmp(drivers[i]->name, name) == 0)
            return drivers[i];
    return NULL;
}

const char *flash_result_name(enum flash_result result)
{
    static const char *const names[FLASH_RESULT_COUNT] = {
        [FLASH_WRITTEN] = "written", [FLASH_SAME] = "same",     [FLASH_DIFFERS] = "differs",
        [FLASH_CHECKED] = "checked", [FLASH_FAILED] = "failed",
    };

    return names[result];
}

/* ---- what drivers see ---- */

const struct flash_request *flash_request_of(const struct flash *flash)
{
    return &flash->request;
}

const struct flash_settings *flash_settings_of(const struct flash *flash)
{
    return &flash->settings;
}

const struct flash_image *flash_image_of(const struct flash *flash)
{
    return &flash->image;
}

const char *flash_image_path_of(const struct flash *flash)
{
    return flash->image_path;
}

const char *flash_port_of(const struct flash *flash)
{
    if (flash->request.port != NULL)
        return flash->request.port;
    return flash->settings.port[0] != '\0' ? flash->settings.port : NULL;
}

void flash_count_bytes(struct flash *flash, uint64_t tx, uint64_t rx)
{
    flash->outcome.tx += tx;
    flash->outcome.rx += rx;
}

/* ---- events ---- */

static void begin_event(struct event_builder *e, const struct flash *flash, const char *kind)
{
    event_begin(e, flash->request.sink, "flash", kind, 0);
}

static void emit_begin(struct flash *flash)
{
    const struct flash_settings *s = &flash->settings;
    struct event_builder e;

    flash->has_begun = true;
    begin_event(&e, flash, EV_FLASH_BEGIN);
    event_text(&e, "driver", s->driver->name);
    event_text(&e, "chip", s->chip != NULL ? s->chip->name : NULL);
    event_text(&e, "image", flash->image.name);
    event_text(&e, "sha256", flash->image.sha256);
    if (s->chip != NULL)
        event_int(&e, "address", flash->image.address);
    event_int(&e, "bytes", flash->image.len);
    event_text(&e, "port", flash_port_of(flash));
    event_emit(&e);
}

void flash_begin_attempt(struct flash *flash, const char *method, const char *why)
{
    struct event_builder e;

    flash->outcome.attempts++;
    flash->phase = NULL;
    begin_event(&e, flash, EV_FLASH_ENTRY);
    event_text(&e, "method", method);
    event_int(&e, "attempt", flash->outcome.attempts);
    event_text(&e, "why", why);
    event_emit(&e);
}

void flash_progress(struct flash *flash, const char *phase, int64_t done, int64_t total)
{
    int64_t step = total > 0 ? done * PROGRESS_STEPS / total : 0;
    struct event_builder e;

    if (flash->phase != NULL && strcmp(phase, flash->phase) == 0 && step == flash->told)
        return;
    flash->phase = phase;
    flash->told = step;
    begin_event(&e, flash, EV_FLASH_PROGRESS);
    event_text(&e, "phase", phase);
    event_int(&e, "done", done);
    event_int(&e, "total", total);
    event_emit(&e);
}

void flash_emit_loader(struct flash *flash, int64_t chip_id, const char *version)
{
    struct event_builder e;

    begin_event(&e, flash, EV_FLASH_LOADER);
    if (chip_id >= 0)
        event_int(&e, "chip_id", chip_id);
    event_text(&e, "version", version);
    event_emit(&e);
}

void flash_emit_verify(struct flash *flash, bool ok, const char *method)
{
    struct event_builder e;

    begin_event(&e, flash, EV_FLASH_VERIFY);
    event_bool(&e, "ok", ok);
    event_text(&e, "method", method);
    event_emit(&e);
}

void flash_emit_output(struct flash *flash, const char *line, size_t len)
{
    struct event_builder e;

    begin_event(&e, flash, EV_FLASH_OUTPUT);
    event_text_len(&e, "text", line, len);
    event_emit(&e);
}

static void emit_error(struct flash *flash, enum cause cause, const char *text, bool is_final)
{
    struct event_builder e;

    begin_event(&e, flash, EV_FLASH_ERROR);
    event_text(&e, "cause", cause_name(cause));
    event_text(&e, "text", text);
    event_int(&e, "attempt", flash->outcome.attempts);
    event_bool(&e, "final", is_final);
    event_emit(&e);
}

void flash_emit_retry(struct flash *flash, enum cause cause, const char *text)
{
    emit_error(flash, cause, text, false);
}

static void emit_end(struct flash *flash)
{
    const struct flash_outcome *o = &flash->outcome;
    struct event_builder e;

    if (o->result == FLASH_FAILED)
        emit_error(flash, o->cause, o->detail, true);
    if (!flash->has_begun)
        return;
    begin_event(&e, flash, EV_FLASH_END);
    event_text(&e, "result", flash_result_name(o->result));
    event_int(&e, "bytes", o->bytes);
    event_int(&e, "tx_bytes", (int64_t)o->tx);
    event_int(&e, "rx_bytes", (int64_t)o->rx);
    event_int(&e, "attempts", o->attempts);
    event_int(&e, "duration_ns", (int64_t)o->duration_ns);
    event_emit(&e);
}

/* ---- the end ---- */

static void release(struct flash *flash)
{
    loop_soon_close(flash->soon);
    loop_timer_close(flash->limit);
    flash_image_done(&flash->image);
    free(flash);
}

static void on_soon(void *ctx)
{
    struct flash *flash = ctx;
    struct flash_outcome outcome;
    flash_done_fn done = flash->done;
    void *done_ctx = flash->ctx;

    if (flash->state != NULL)
        flash->settings.driver->stop(flash->state);
    flash->state = NULL;
    flash->outcome.duration_ns = monotonic_ns() - flash->begun_ns;
    emit_end(flash);
    outcome = flash->outcome;
    release(flash);
    done(done_ctx, &outcome);
}

static void describe(struct flash *flash, enum flash_result result)
{
    static const char *const formats[FLASH_RESULT_COUNT] = {
        [FLASH_WRITTEN] = "%s was written and verified",
        [FLASH_SAME] = "%s is on the board already",
        [FLASH_DIFFERS] = "something else than %s is on the board",
        [FLASH_CHECKED] = "%s could be flashed",
    };
    struct buf text;

    if (formats[result] == NULL)
        return;
    buf_init(&text, sizeof(flash->outcome.detail) - 1);
    for (const char *c = formats[result]; *c != '\0'; c++) {
        enum assay_status status =
            *c == '%' ? buf_add_text(&text, flash->image.name) : buf_add_char(&text, *c);

        c += *c == '%';
        if (status != ASSAY_OK)
            break;
    }
    snprintf(flash->outcome.detail, sizeof(flash->outcome.detail), "%s", buf_text(&text));
    buf_done(&text);
}

void flash_end(struct flash *flash, enum flash_result result)
{
    if (flash->is_over)
        return;
    flash->is_over = true;
    flash->outcome.result = result;
    describe(flash, result);
    loop_soon_call(flash->soon);
}

void flash_fail(struct flash *flash, enum assay_status status, enum cause cause, const char *format,
                ...)
{
    va_list args;

    if (flash->is_over)
        return;
    va_start(args, format);
    vsnprintf(flash->outcome.detail, sizeof(flash->outcome.detail), format, args);
    va_end(args);
    flash->outcome.status = status;
    flash->outcome.cause = cause;
    flash_end(flash, FLASH_FAILED);
}

void flash_cancel(struct flash *flash)
{
    flash_fail(flash, ASSAY_ERR_INTERRUPTED, CAUSE_HARNESS, "interrupted");
}

static void on_limit(void *ctx)
{
    struct flash *flash = ctx;

    flash_fail(flash, ASSAY_ERR_TIMEOUT, CAUSE_FLASH, "not done after %lld ms%s%s",
               (long long)flash->settings.timeout_ms, flash->phase != NULL ? ", in phase " : "",
               flash->phase != NULL ? flash->phase : "");
}

/* ---- the beginning ---- */

/* A path that the user gave is seen from here; one of a board file from the image folders. */
static ASSAY_RESULT find_image(struct flash *flash, struct assay_error *err)
{
    const char *named = flash->settings.image;
    const char *const *dirs = flash->request.image_dirs;
    const size_t size = sizeof(flash->image_path);

    if (flash->request.image != NULL) {
        snprintf(flash->image_path, size, "%s", flash->request.image);
        return ASSAY_OK;
    }
    if (named[0] == '\0')
        return assay_error_set(err, ASSAY_ERR_NOT_FOUND,
                               "which image? Neither the command line nor the board file "
                               "(`flash.image`) names one");
    for (; named[0] != '/' && dirs != NULL && *dirs != NULL; dirs++)
        if ((*dirs)[0] != '\0' &&
            snprintf(flash->image_path, size, "%s/%s", *dirs, named) < (int)size &&
            access(flash->image_path, R_OK) == 0)
            return ASSAY_OK;
    snprintf(flash->image_path, size, "%s", named);
    return ASSAY_OK;
}

static ASSAY_RESULT check_port(const struct flash *flash, struct assay_error *err)
{
    const struct flash_settings *s = &flash->settings;

    if (s->driver->is_native && flash_port_of(flash) == NULL)
        return assay_error_set(err, ASSAY_ERR_NOT_FOUND,
                               "which port? Give --port, or `flash.port` in the board file");
    if (s->entry->has_control && flash->request.control == NULL)
        return assay_error_set(err, ASSAY_ERR_UNSUPPORTED,
                               "`flash.entry: control` needs a board whose driver can reset it");
    return ASSAY_OK;
}

/* What is wrong before anything was touched is the user's to mend. */
static ASSAY_RESULT prepare(struct flash *flash, struct assay_error *err)
{
    const struct flash_request *r = &flash->request;

    ASSAY_TRY(flash_settings_read(r->settings, "flash", &flash->settings, err));
    ASSAY_TRY(find_image(flash, err));
    ASSAY_TRY(flash_image_load(flash->image_path, flash->settings.chip, &flash->image, err));
    flash->outcome.bytes = flash->image.len;
    snprintf(flash->outcome.image, sizeof(flash->outcome.image), "%s", flash->image.name);
    snprintf(flash->outcome.sha256, sizeof(flash->outcome.sha256), "%s", flash->image.sha256);
    return r->dry_run ? ASSAY_OK : check_port(flash, err);
}

static void begin(struct flash *flash)
{
    const struct flash_driver *driver = NULL;
    struct assay_error err = {.text = ""};
    enum assay_status status = prepare(flash, &err);

    if (status != ASSAY_OK) {
        flash->outcome.usage = true;
        flash_fail(flash, status, CAUSE_HARNESS, "%s", err.text);
        return;
    }
    emit_begin(flash);
    driver = flash->settings.driver;
    status = driver->check(flash, &err);
    if (status == ASSAY_OK && flash->request.dry_run) {
        flash_end(flash, FLASH_CHECKED);
        return;
    }
    loop_timer_start(flash->limit, (uint64_t)flash->settings.timeout_ms);
    if (status == ASSAY_OK)
        status = driver->start(flash, &flash->state, &err);
    if (status != ASSAY_OK)
        flash_fail(flash, status, CAUSE_HARNESS, "%s", err.text);
}

ASSAY_RESULT flash_start(const struct flash_request *request, flash_done_fn done, void *ctx,
                         struct flash **ret, struct assay_error *err)
{
    struct flash *flash = calloc(1, sizeof(*flash));

    if (flash == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    flash->request = *request;
    flash->done = done;
    flash->ctx = ctx;
    flash->begun_ns = monotonic_ns();
    flash->limit = loop_timer_new(request->loop, on_limit, flash);
    if (flash->limit == NULL ||
        loop_soon_new(request->loop, on_soon, flash, &flash->soon) != ASSAY_OK) {
        release(flash);
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    }
    begin(flash);
    if (ret != NULL)
        *ret = flash;
    return ASSAY_OK;
}

/* ---- to the end ---- */

struct execution {
    struct flash_outcome *ret;
    bool is_done;
};

static void on_executed(void *ctx, const struct flash_outcome *outcome)
{
    struct execution *e = ctx;

    *e->ret = *outcome;
    e->is_done = true;
}

ASSAY_RESULT flash_execute(const struct flash_request *request, struct flash_outcome *ret,
                           struct assay_error *err)
{
    struct execution e = {.ret = ret};

    ASSAY_TRY(flash_start(request, on_executed, &e, NULL, err));
    while (!e.is_done)
        uv_run(request->loop, UV_RUN_ONCE);
    return ASSAY_OK;
}
