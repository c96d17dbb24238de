/* SPDX-License-Identifier: Apache-2.0 */
/* summary.md: to read, or to post under a merge request. */
#include "report_writers.h"

#include <string.h>

/* Text in a table cell: what Markdown would take for markup is escaped, newlines become blanks. */
static enum assay_status add_cell(struct buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (strchr("|\\`*_<>[]", *text) != NULL)
            ASSAY_TRY(buf_add_char(out, '\\'));
        ASSAY_TRY(buf_add_char(out, *text == '\n' || *text == '\r' ? ' ' : *text));
    }
    return ASSAY_OK;
}

static enum assay_status add_case(struct buf *out, const struct case_record *c)
{
    bool plain = c->verdict == VERDICT_PASS || c->verdict == VERDICT_PASS_SOFT;

    ASSAY_TRY(buf_printf(out, "| %s | ", c->id));
    ASSAY_TRY(add_cell(out, c->title));
    ASSAY_TRY(buf_printf(out, " | %s | %s%s%s | ", severity_name(c->severity), plain ? "" : "**",
                         verdict_name(c->verdict), plain ? "" : "**"));
    ASSAY_TRY(add_cell(out, c->reason));
    return buf_add_text(out, " |\n");
}

static enum assay_status add_categories(struct buf *out, const struct board_record *b)
{
    ASSAY_TRY(buf_add_text(out, "\n| category | score |\n|---|---:|\n"));
    for (size_t i = 0; i < CATEGORY_COUNT; i++)
        if (b->categories[i].present)
            ASSAY_TRY(buf_printf(out, "| %s | %.0f |\n", category_name((enum category)i),
                                 b->categories[i].score));
    return ASSAY_OK;
}

static enum assay_status add_board(struct buf *out, const struct run_record *run,
                                   const struct board_record *b)
{
    ASSAY_TRY(buf_printf(out, "\n## %s: %s\n\n", b->id, b->grade));
    ASSAY_TRY(add_cell(out, b->name));
    ASSAY_TRY(buf_printf(out, ", score %.0f.\n", b->score));
    if (b->cap_count > 0)
        ASSAY_TRY(buf_add_text(out, "\nWhat capped the grade:\n\n"));
    for (size_t i = 0; i < b->cap_count; i++) {
        const struct record_cap *cap = &b->caps[i];

        ASSAY_TRY(buf_printf(out, "* %s%s%s: ", cap->limit, cap->case_id[0] != '\0' ? " by " : "",
                             cap->case_id));
        ASSAY_TRY(add_cell(out, cap->reason));
        ASSAY_TRY(buf_add_char(out, '\n'));
    }
    ASSAY_TRY(add_categories(out, b));
    ASSAY_TRY(buf_add_text(out, "\n| case | server | severity | verdict | why |\n"
                                "|---|---|---|---|---|\n"));
    for (size_t i = 0; i < run->case_count; i++)
        if (strcmp(run->cases[i].board, b->id) == 0)
            ASSAY_TRY(add_case(out, &run->cases[i]));
    return ASSAY_OK;
}

enum assay_status report_markdown(const struct run_record *run, const char *run_dir,
                                  struct buf *out, struct assay_error *err)
{
    (void)run_dir;
    (void)err;
    ASSAY_TRY(buf_printf(out, "# Assay: %s\n\nScenario time %s, assay %s.\n", run->started,
                         run->scenario_time, run->tool_version));
    for (size_t i = 0; i < run->board_count; i++)
        ASSAY_TRY(add_board(out, run, &run->boards[i]));
    return ASSAY_OK;
}
