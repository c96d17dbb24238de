/* SPDX-License-Identifier: Apache-2.0 */
/* assay explain: the evidence of one case in words, and the ladder. */
#include "command.h"

#include "base/event_kinds.h"
#include "judge/explain.h"
#include "judge/judge.h"
#include "reports/ladder.h"
#include "store/store.h"

#include <stdlib.h>
#include <string.h>

/* The case asked for; complains when there is none or more than one. */
static const struct case_record *find_case(const struct run_record *run, const char *board,
                                           const char *id)
{
    const struct case_record *found = NULL;

    for (size_t i = 0; i < run->case_count; i++) {
        const struct case_record *c = &run->cases[i];

        if (strcmp(c->id, id) != 0 || (board != NULL && strcmp(c->board, board) != 0))
            continue;
        if (found != NULL) {
            complain("explain: several boards ran %s; name one: assay explain RUN-DIR %s %s", id,
                     found->board, id);
            return NULL;
        }
        found = c;
    }
    if (found == NULL)
        complain("explain: this run has no case %s%s%s; its run.json lists them", id,
                 board != NULL ? " of the board " : "", board != NULL ? board : "");
    return found;
}

static enum assay_status add_ladders(const struct transcript *t, struct buf *out)
{
    for (size_t i = 0; i < transcript_count(t); i++) {
        const struct event *e = transcript_at(t, i);

        if (!event_is(e, EV_ATTEMPT_BEGIN) || strcmp(event_get_text(e, "role"), "case") != 0)
            continue;
        ASSAY_TRY(buf_add_char(out, '\n'));
        ASSAY_TRY(ladder_text(t, (int)event_get_int(e, "attempt", 0), out));
    }
    return ASSAY_OK;
}

static enum assay_status explain_case(const char *run_dir, const struct case_record *c,
                                      struct buf *out, struct assay_error *err)
{
    struct transcript *t = NULL;
    struct buf path;
    enum assay_status status = buf_printf(out, "%s  %s\n%s: %s\n\n%s\n", c->id, c->title, c->board,
                                          verdict_name(c->verdict), c->reason);

    if (status != ASSAY_OK || c->transcript[0] == '\0')
        return status;
    buf_init(&path, 8192);
    status = buf_printf(&path, "%s/%s", run_dir, c->transcript);
    if (status == ASSAY_OK)
        status = transcript_read(buf_text(&path), &t, err);
    if (status == ASSAY_OK)
        status = explain_attempt(t, 0, out);
    if (status == ASSAY_OK)
        status = add_ladders(t, out);
    transcript_free(t);
    buf_done(&path);
    return status;
}

static int explain(const char *run_dir, const char *board, const char *id)
{
    struct run_record run;
    struct assay_error err = {.text = ""};
    const struct case_record *c = NULL;
    struct buf text;
    enum assay_status status = run_json_read(run_dir, &run, &err);
    int code = EXIT_USAGE;

    if (status != ASSAY_OK)
        return complain_error(status, &err);
    buf_init(&text, 256 << 20);
    c = find_case(&run, board, id);
    if (c != NULL) {
        status = explain_case(run_dir, c, &text, &err);
        code = status == ASSAY_OK ? print_buffer(&text) : complain_error(status, &err);
    }
    buf_done(&text);
    run_record_done(&run);
    return code;
}

static int run(struct context *context, int argc, char **argv)
{
    const struct command_option options[] = {{NULL, 0, OPTION_FLAG, NULL, NULL, NULL}};
    struct option_list words = {.count = 0};
    int code = options_parse(context, &command_explain, options, argc, argv, &words);

    if (code >= 0)
        return code;
    if (words.count == 2)
        return explain(words.items[0], NULL, words.items[1]);
    if (words.count == 3)
        return explain(words.items[0], words.items[1], words.items[2]);
    complain("explain: assay explain RUN-DIR [BOARD] CASE");
    return EXIT_USAGE;
}

const struct command command_explain = {
    .name = "explain",
    .arguments = "RUN-DIR [BOARD] CASE",
    .summary = "the evidence of a case in words, and the ladder",
    .run = run,
};
