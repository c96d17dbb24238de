/* SPDX-License-Identifier: Apache-2.0 */
/* Test Anything Protocol, version 13. */
#include "report_writers.h"

#include <string.h>

/* '#' starts a directive in TAP: it is escaped, and a line stays a line. */
static enum assay_status add_text(struct buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '#' || *text == '\\')
            ASSAY_TRY(buf_add_char(out, '\\'));
        ASSAY_TRY(buf_add_char(out, *text == '\n' || *text == '\r' ? ' ' : *text));
    }
    return ASSAY_OK;
}

static bool is_ok(enum verdict v)
{
    return v == VERDICT_PASS || v == VERDICT_PASS_SOFT || v == VERDICT_NOT_APPLICABLE ||
           v == VERDICT_WAIVED;
}

static bool is_skip(enum verdict v)
{
    return v == VERDICT_NOT_APPLICABLE || v == VERDICT_WAIVED;
}

static enum assay_status add_case(struct buf *out, size_t number, const struct case_record *c)
{
    ASSAY_TRY(buf_printf(out, "%s %zu - ", is_ok(c->verdict) ? "ok" : "not ok", number));
    ASSAY_TRY(add_text(out, c->board));
    ASSAY_TRY(buf_add_char(out, ' '));
    ASSAY_TRY(add_text(out, c->id));
    ASSAY_TRY(buf_add_char(out, ' '));
    ASSAY_TRY(add_text(out, c->title));
    if (is_skip(c->verdict)) {
        ASSAY_TRY(buf_add_text(out, " # SKIP "));
        ASSAY_TRY(add_text(out, c->reason));
        return buf_add_char(out, '\n');
    }
    ASSAY_TRY(buf_printf(out, "\n# %s: ", verdict_name(c->verdict)));
    ASSAY_TRY(add_text(out, c->reason));
    return buf_add_char(out, '\n');
}

enum assay_status report_tap(const struct run_record *run, const char *run_dir, struct buf *out,
                             struct assay_error *err)
{
    (void)run_dir;
    (void)err;
    ASSAY_TRY(buf_printf(out, "TAP version 13\n1..%zu\n", run->case_count));
    for (size_t i = 0; i < run->case_count; i++)
        ASSAY_TRY(add_case(out, i + 1, &run->cases[i]));
    return ASSAY_OK;
}
