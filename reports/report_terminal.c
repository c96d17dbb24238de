/* SPDX-License-Identifier: Apache-2.0 */
/* The short report for a terminal. See reports/report.h. */
#include "reports/report.h"

#include <string.h>

static const char *verdict_color(enum verdict v)
{
    if (verdict_is_fail(v))
        return "\x1b[31m";
    if (v == VERDICT_PASS || v == VERDICT_PASS_SOFT)
        return "\x1b[32m";
    if (v == VERDICT_NOT_APPLICABLE || v == VERDICT_WAIVED)
        return "\x1b[2m";
    return "\x1b[33m";
}

static enum assay_status add_case(const struct case_record *c, bool color, struct buf *out)
{
    return buf_printf(out, "  %-16s %s  %s%-16s%s  %s\n", c->id, severity_name(c->severity),
                      color ? verdict_color(c->verdict) : "", verdict_name(c->verdict),
                      color ? "\x1b[0m" : "", c->reason);
}

static enum assay_status add_categories(const struct board_record *b, struct buf *out)
{
    bool any = false;

    for (size_t i = 0; i < CATEGORY_COUNT; i++) {
        if (!b->categories[i].present)
            continue;
        ASSAY_TRY(buf_printf(out, "%s%s %.0f", any ? ", " : "  ", category_name((enum category)i),
                             b->categories[i].score));
        any = true;
    }
    return any ? buf_add_char(out, '\n') : ASSAY_OK;
}

static enum assay_status add_board(const struct run_record *run, const struct board_record *b,
                                   bool color, struct buf *out)
{
    ASSAY_TRY(buf_printf(out, "\n%s%s: %s%s  (score %.0f)\n", color ? "\x1b[1m" : "", b->id,
                         b->grade, color ? "\x1b[0m" : "", b->score));
    ASSAY_TRY(add_categories(b, out));
    for (size_t i = 0; i < b->cap_count; i++)
        ASSAY_TRY(buf_printf(out, "  capped at %s%s%s: %s\n", b->caps[i].limit,
                             b->caps[i].case_id[0] != '\0' ? " by " : "", b->caps[i].case_id,
                             b->caps[i].reason));
    ASSAY_TRY(buf_add_char(out, '\n'));
    for (size_t i = 0; i < run->case_count; i++)
        if (strcmp(run->cases[i].board, b->id) == 0)
            ASSAY_TRY(add_case(&run->cases[i], color, out));
    return ASSAY_OK;
}

enum assay_status report_terminal(const struct run_record *run, bool color, struct buf *out)
{
    for (size_t i = 0; i < run->board_count; i++)
        ASSAY_TRY(add_board(run, &run->boards[i], color, out));
    return ASSAY_OK;
}
