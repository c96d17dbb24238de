/* SPDX-License-Identifier: Apache-2.0 */
/* assay flash */
#include "command.h"

#include "base/event_kinds.h"
#include "base/transcript.h"
#include "run/flash_board.h"

#include <stdlib.h>
#include <string.h>

struct flash_command {
    const char *port, *bench_dir, *log;
    bool force, verify_only, dry_run;
};

/* What a user sees while it goes on. */
struct flash_view {
    const struct context *context;
    FILE *log; /* NULL: none is kept */
    char phase[16];
    bool is_dirty; /* the terminal's line is ours */
};

static void clear_line(struct flash_view *view)
{
    if (view->is_dirty)
        fputs("\r\x1b[K", stderr);
    view->is_dirty = false;
}

/* Texts of an event as it is emitted are not NUL terminated. */
static void copy_text(const struct event *event, const char *name, char *ret, size_t size)
{
    const struct event_field *field = event_field(event, name);

    snprintf(ret, size, "%.*s", field != NULL ? (int)field->text_len : 0,
             field != NULL ? field->text : "");
}

static void show_progress(struct flash_view *view, const struct event *event)
{
    char phase[16];
    int64_t done = event_get_int(event, "done", 0);
    int64_t total = event_get_int(event, "total", 0);
    int percent = total > 0 ? (int)(done * 100 / total) : 0;

    copy_text(event, "phase", phase, sizeof(phase));
    if (view->context->terminal) {
        fprintf(stderr, "\r\x1b[K%s %d %%", phase, percent);
        view->is_dirty = true;
    } else if (view->context->verbose || strcmp(phase, view->phase) != 0 || done == total) {
        fprintf(stderr, "%s %d %%\n", phase, percent);
    }
    snprintf(view->phase, sizeof(view->phase), "%s", phase);
}

static void show_text(struct flash_view *view, const struct event *event, const char *before)
{
    char text[400];

    copy_text(event, "text", text, sizeof(text));
    clear_line(view);
    fprintf(stderr, "%s%s\n", before, text);
}

static void show(struct flash_view *view, const struct event *event)
{
    if (event_is(event, EV_FLASH_PROGRESS))
        show_progress(view, event);
    else if (event_is(event, EV_FLASH_ERROR) && !event_get_bool(event, "final"))
        show_text(view, event, "once more, because ");
    else if (event_is(event, EV_FLASH_OUTPUT) && view->context->verbose)
        show_text(view, event, "  ");
}

static void on_event(void *ctx, const struct event *event)
{
    struct flash_view *view = ctx;
    struct buf line;

    if (!view->context->quiet)
        show(view, event);
    if (view->log == NULL)
        return;
    buf_init(&line, 1 << 20);
    if (event_write_json(event, &line) == ASSAY_OK)
        fprintf(view->log, "%s\n", buf_text(&line));
    buf_done(&line);
}

static int code_of(const struct flash_outcome *outcome)
{
    static const int codes[FLASH_RESULT_COUNT] = {[FLASH_WRITTEN] = EXIT_AS_EXPECTED,
                                                  [FLASH_SAME] = EXIT_AS_EXPECTED,
                                                  [FLASH_CHECKED] = EXIT_AS_EXPECTED,
                                                  [FLASH_DIFFERS] = EXIT_DEVIATES,
                                                  [FLASH_FAILED] = EXIT_BENCH};

    if (outcome->result != FLASH_FAILED)
        return codes[outcome->result];
    if (outcome->status == ASSAY_ERR_BUSY)
        return EXIT_BUSY;
    return outcome->usage ? EXIT_USAGE : EXIT_BENCH;
}

static int tell(const struct context *context, const char *board, const struct flash_outcome *o)
{
    if (o->result == FLASH_FAILED) {
        complain("%s: %s (cause: %s)", board, o->detail, cause_name(o->cause));
        return code_of(o);
    }
    if (!context->quiet) {
        printf("%s: %s (%u bytes, sha256 %.12s", board, o->detail, o->bytes, o->sha256);
        if (o->attempts > 0)
            printf(", %.2f s", (double)o->duration_ns / 1e9);
        puts(")");
    }
    return code_of(o);
}

static int flash_file(struct context *context, const struct flash_command *c,
                      const struct board_file *board, const char *image)
{
    struct flash_view view = {.context = context};
    struct event_sink sink = {.emit = on_event, .ctx = &view};
    struct flash_outcome outcome = {.result = FLASH_FAILED};
    struct assay_error err = {.text = ""};
    struct flash_board_options options = {.board = board,
                                          .program_dir = context->paths.programs,
                                          .firmware_dir = context->paths.firmware,
                                          .bench_dir = c->bench_dir,
                                          .sink = &sink,
                                          .flash = {.image = image,
                                                    .port = c->port,
                                                    .force = c->force,
                                                    .verify_only = c->verify_only,
                                                    .dry_run = c->dry_run}};
    enum assay_status status = ASSAY_OK;

    if (c->log != NULL) {
        view.log = fopen(c->log, "we");
        if (view.log == NULL) {
            complain("cannot write %s", c->log);
            return EXIT_USAGE;
        }
    }
    status = flash_board(&options, &outcome, &err);
    clear_line(&view);
    if (view.log != NULL && fclose(view.log) != 0)
        complain("cannot write %s", c->log);
    return status == ASSAY_OK ? tell(context, board_file_id(board), &outcome)
                              : complain_error(status, &err);
}

static int run(struct context *context, int argc, char **argv)
{
    struct flash_command c = {.port = NULL};
    const struct command_option options[] = {
        {"port", 'p', OPTION_TEXT, &c.port, "PATH", "serial port; default: the board's"},
        {"force", 'f', OPTION_FLAG, &c.force, NULL, "write even if the image is there already"},
        {"verify-only", 0, OPTION_FLAG, &c.verify_only, NULL,
         "compare, write nothing; exit 1 when it differs"},
        {"dry-run", 'n', OPTION_FLAG, &c.dry_run, NULL, "check image and settings, touch no board"},
        {"log", 0, OPTION_TEXT, &c.log, "FILE", "keep what happens, as a transcript"},
        {"bench-dir", 0, OPTION_TEXT, &c.bench_dir, "DIR", "where the bench keeps its locks"},
        {NULL, 0, OPTION_FLAG, NULL, NULL, NULL},
    };
    struct option_list words = {.count = 0};
    struct assay_error err = {.text = ""};
    struct board_file *board = NULL;
    enum assay_status status = ASSAY_OK;
    int code = options_parse(context, &command_flash, options, argc, argv, &words);

    if (code >= 0)
        return code;
    if (words.count < 1 || words.count > 2) {
        complain("flash: which board? `assay list boards` shows them");
        return EXIT_USAGE;
    }
    status = board_file_load(context->paths.boards, words.items[0], &board, &err);
    code = status == ASSAY_OK
               ? flash_file(context, &c, board, words.count == 2 ? words.items[1] : NULL)
               : complain_error(status, &err);
    board_file_free(board);
    return code;
}

const struct command command_flash = {
    .name = "flash",
    .arguments = "BOARD [IMAGE] [OPTION...]",
    .summary = "write firmware to a board over its serial port",
    .text = "IMAGE is a .bin, .hex or .elf file; without it the board file names one. Nothing is\n"
            "written when the board says that the image is there already. Where an application\n"
            "may stand is the chip's, not the user's: boot loaders cannot be overwritten.\n"
            "docs/howto/flash-a-board.md\n",
    .run = run,
};
