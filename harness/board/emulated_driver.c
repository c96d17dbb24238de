/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Driver `emulated`: a microcontroller in an emulator, with a boot loader in its ROM, flash memory
 * that is a file of the bench, and a serial port that is a pty.
 */
#include "board_events.h"
#include "command_line.h"
#include "emulated_port.h"
#include "probe_session.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The firmware takes this for "ask whom DHCP named". */
#define OF_LEASE "255.255.255.255"

struct emulated_board {
    struct board *board;
    struct emulated_port port;
    struct probe_session session;
    struct event_sink sink; /* of the port: to whoever listens to the board at that time */
    bool is_lent;
    bool is_held; /* it was switched on with the boot pin held, and nothing has happened since */
};

/* ---- news ------------------------------------------------------------------------------------
 */

static void on_bytes(void *ctx, const uint8_t *bytes, size_t len)
{
    struct emulated_board *e = ctx;

    probe_session_bytes(&e->session, bytes, len);
}

static void on_news(void *ctx, const char *line, size_t len)
{
    struct emulated_board *e = ctx;

    probe_session_complaint(&e->session, line, len);
}

static void on_link_lost(void *ctx)
{
    struct emulated_board *e = ctx;

    probe_session_link_lost(&e->session);
}

static void on_ended(void *ctx, const struct exec_outcome *how)
{
    struct emulated_board *e = ctx;

    probe_session_ended(&e->session, how);
}

static const struct emulated_port_calls port_calls = {
    .bytes = on_bytes, .news = on_news, .link_lost = on_link_lost, .ended = on_ended};

static void on_port_event(void *ctx, const struct event *event)
{
    const struct emulated_board *e = ctx;
    const struct event_sink *sink = board_sink(e->board);

    if (sink != NULL)
        sink->emit(sink->ctx, event);
}

/* ---- what it is made of ----------------------------------------------------------------------
 */

static ASSAY_RESULT find_file(const char *directory, const char *name, int mode, const char *what,
                              char ret[PATH_MAX], struct assay_error *err)
{
    if (snprintf(ret, PATH_MAX, "%s%s%s", name[0] == '/' ? "" : directory,
                 name[0] == '/' ? "" : "/", name) >= PATH_MAX)
        return assay_error_set(err, ASSAY_ERR_LIMIT, "the path of %s is too long", name);
    if (access(ret, mode) != 0)
        return assay_error_set(err, ASSAY_ERR_NOT_FOUND, "there is no %s; %s", ret, what);
    return ASSAY_OK;
}

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

static ASSAY_RESULT find_loader(const struct board_file *file, const char *firmware_dir,
                                char ret[PATH_MAX], struct assay_error *err)
{
    return find_file(or_empty(firmware_dir),
                     value_text(value_path(board_file_root(file), "emulated.loader")), R_OK,
                     "docs/emulated-boards.md says how the firmware is built", ret, err);
}

static ASSAY_RESULT find_emulator(const char *program_dir, char ret[PATH_MAX],
                                  struct assay_error *err)
{
    return find_file(or_empty(program_dir), "assay-emulator", X_OK, "was it built?", ret, err);
}

static ASSAY_RESULT check_qemu(struct assay_error *err)
{
    const char *entry = getenv("PATH");
    char path[PATH_MAX];

    for (entry = entry != NULL ? entry : "/usr/bin:/bin"; *entry != '\0';) {
        size_t len = strcspn(entry, ":");

        if (snprintf(path, sizeof(path), "%.*s/qemu-system-arm", (int)len, entry) < PATH_MAX &&
            access(path, X_OK) == 0)
            return ASSAY_OK;
        entry += len + (entry[len] == ':');
    }
    return assay_error_set(err, ASSAY_ERR_NOT_FOUND,
                           "there is no qemu-system-arm; its package has the same name");
}

/* STATE/boards/<vendor>/<board>/flash.bin, the folders made. */
static ASSAY_RESULT flash_path(const struct emulated_board *e, char ret[PATH_MAX],
                               struct assay_error *err)
{
    const struct board_options *o = board_options_of(e->board);
    const char *state = o->state_dir != NULL ? o->state_dir : o->work_dir;
    size_t from = strlen(state) + 1;

    if (snprintf(ret, PATH_MAX, "%s/boards/%s/flash.bin", state,
                 board_file_id(board_file_of(e->board))) >= PATH_MAX)
        return assay_error_set(err, ASSAY_ERR_LIMIT, "the path of the flash file is too long");
    for (char *slash = strchr(ret + from, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(ret, 0700) != 0 && errno != EEXIST)
            return assay_error_sys(err, errno, "cannot make %s", ret);
        *slash = '/';
    }
    return ASSAY_OK;
}

static ASSAY_RESULT add_words(struct text_list *argv, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ASSAY_TRY(text_list_add(argv, words[i]));
    return ASSAY_OK;
}

static ASSAY_RESULT make_argv(const struct emulated_board *e, bool into_loader,
                              struct text_list *argv, struct assay_error *err)
{
    const struct board_options *o = board_options_of(e->board);
    const struct value *root = board_file_root(board_file_of(e->board));
    const char *machine = value_text(value_path(root, "emulated.machine"));
    const struct value *args = value_path(root, "emulated.args");
    char program[PATH_MAX];
    char loader[PATH_MAX];
    char flash[PATH_MAX];
    enum assay_status status = ASSAY_OK;

    ASSAY_TRY(find_emulator(o->program_dir, program, err));
    ASSAY_TRY(find_loader(board_file_of(e->board), o->firmware_dir, loader, err));
    ASSAY_TRY(flash_path(e, flash, err));
    const char *const words[] = {program,
                                 "--loader",
                                 loader,
                                 "--flash",
                                 flash,
                                 "--machine",
                                 machine != NULL ? machine : "mps2-an385"};

    status = add_words(argv, words, sizeof(words) / sizeof(*words));
    if (status == ASSAY_OK && into_loader)
        status = text_list_add(argv, "--hold");
    for (size_t i = 0; status == ASSAY_OK && i < value_count(args); i++)
        status = text_list_add(argv, value_text(value_at(args, i)));
    return status == ASSAY_OK ? ASSAY_OK : assay_error_set(err, status, "out of memory");
}

/* ---- power and line --------------------------------------------------------------------------
 */

static ASSAY_RESULT power_on(struct emulated_board *e, bool into_loader, struct assay_error *err)
{
    struct text_list argv = {.items = NULL};
    enum assay_status status = make_argv(e, into_loader, &argv, err);

    if (status == ASSAY_OK)
        status = emulated_port_on(&e->port, (const char *const *)argv.items,
                                  board_options_of(e->board)->work_dir, err);
    text_list_done(&argv);
    return status;
}

static ASSAY_RESULT line_on(void *ctx, struct assay_error *err)
{
    struct emulated_board *e = ctx;
    enum assay_status status = power_on(e, false, err);

    e->is_lent = false;
    if (status == ASSAY_OK)
        status = emulated_port_open(&e->port, &e->sink, err);
    if (status != ASSAY_OK)
        emulated_port_off(&e->port);
    return status;
}

static void line_off(void *ctx)
{
    struct emulated_board *e = ctx;

    emulated_port_off(&e->port);
}

/* A port that was lent is ours again by a power cycle. */
static bool line_is_on(const void *ctx)
{
    const struct emulated_board *e = ctx;

    return emulated_port_is_on(&e->port) && !e->is_lent;
}

static void line_send(void *ctx, const char *bytes, size_t len)
{
    struct emulated_board *e = ctx;

    emulated_port_send(&e->port, bytes, len);
}

static const struct probe_session_line line = {.on = line_on,
                                               .off = line_off,
                                               .is_on = line_is_on,
                                               .send = line_send,
                                               .lost_cause = CAUSE_ENUMERATE};

/* ---- lending the port ------------------------------------------------------------------------
 */

static ASSAY_RESULT reset_board(void *ctx, bool into_loader, struct assay_error *err)
{
    struct emulated_board *e = ctx;
    bool is_there = into_loader && e->is_held;

    e->is_held = false;
    if (is_there)
        return ASSAY_OK;
    return emulated_port_command(&e->port, into_loader ? "reset loader" : "reset", err);
}

static ASSAY_RESULT emulated_lend(void *state, struct board_port *ret, struct assay_error *err)
{
    struct emulated_board *e = state;

    emulated_port_off(&e->port);
    ASSAY_TRY(power_on(e, true, err));
    e->is_held = true;
    e->is_lent = true;
    *ret = (struct board_port){.path = e->port.path, .reset = reset_board, .ctx = e};
    return ASSAY_OK;
}

static void emulated_take_back(void *state)
{
    struct emulated_board *e = state;

    if (!e->is_lent)
        return;
    e->is_lent = false;
    emulated_port_off(&e->port);
}

/* ---- the driver ------------------------------------------------------------------------------
 */

static ASSAY_RESULT emulated_check(const struct value *root, struct assay_error *err)
{
    if (value_text(value_path(root, "emulated.loader")) == NULL)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "\"emulated: {loader: ...}\" is missing");
    return ASSAY_OK;
}

static ASSAY_RESULT emulated_check_machine(const struct board_file *file,
                                           const struct board_options *options,
                                           struct assay_error *err)
{
    char path[PATH_MAX];

    ASSAY_TRY(check_qemu(err));
    ASSAY_TRY(find_emulator(options->program_dir, path, err));
    return find_loader(file, options->firmware_dir, path, err);
}

static void emulated_connect(void *state, const struct board_request *request)
{
    struct emulated_board *e = state;
    struct board_request own = *request;

    /* Where the registered ports are served, the name and time servers of its lease lead to them.
     */
    if (request->has_resolver)
        own.ip = OF_LEASE;
    emulated_take_back(e);
    probe_session_connect(&e->session, &own);
}

static void emulated_cancel(void *state)
{
    struct emulated_board *e = state;

    probe_session_cancel(&e->session);
}

static void emulated_close(void *state)
{
    struct emulated_board *e = state;

    if (e == NULL)
        return;
    emulated_port_done(&e->port);
    probe_session_done(&e->session);
    free(e);
}

static ASSAY_RESULT emulated_open(struct board *board, void **ret, struct assay_error *err)
{
    uv_loop_t *loop = board_options_of(board)->loop;
    struct emulated_board *e = calloc(1, sizeof(*e));

    if (e == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    e->board = board;
    e->sink = (struct event_sink){.emit = on_port_event, .ctx = e};
    if (probe_session_init(&e->session, board, &line, e) != ASSAY_OK ||
        emulated_port_init(&e->port, loop, &port_calls, e, &e->session.secrets) != ASSAY_OK) {
        probe_session_done(&e->session);
        free(e);
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    }
    *ret = e;
    return ASSAY_OK;
}

const struct board_driver board_driver_emulated = {
    .default_clock = "serial",
    .has_router = true,
    .check = emulated_check,
    .check_machine = emulated_check_machine,
    .open = emulated_open,
    .close = emulated_close,
    .connect = emulated_connect,
    .cancel = emulated_cancel,
    .lend = emulated_lend,
    .take_back = emulated_take_back,
};
