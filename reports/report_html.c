/* SPDX-License-Identifier: Apache-2.0 */
/* report.html: one page with everything in it, no script and nothing from elsewhere. */
#include "report_writers.h"

#include "base/event_kinds.h"
#include "reports/ladder.h"
#include "store/store.h"
#include "xml.h"

#include <string.h>

static const char style[] =
    "body{font:15px/1.5 system-ui,sans-serif;max-width:1100px;margin:2em auto;padding:0 1em}"
    "table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #ddd;padding:.35em "
    ".6em;text-align:left;vertical-align:top}";

static enum assay_status add_case(struct buf *out, const struct case_record *c)
{
    ASSAY_TRY(buf_add_text(out, "<tr><td>"));
    ASSAY_TRY(xml_add(out, c->id));
    ASSAY_TRY(buf_add_text(out, "</td><td>"));
    ASSAY_TRY(xml_add(out, c->title));
    ASSAY_TRY(buf_printf(out, "</td><td>%s</td><td>%s</td><td>", severity_name(c->severity),
                         verdict_name(c->verdict)));
    ASSAY_TRY(xml_add(out, c->reason));
    return buf_add_text(out, "</td></tr>\n");
}

static enum assay_status add_board(struct buf *out, const struct run_record *run,
                                   const struct board_record *b)
{
    ASSAY_TRY(buf_add_text(out, "<h2>"));
    ASSAY_TRY(xml_add(out, b->id));
    ASSAY_TRY(buf_printf(out, ": %s</h2>\n<table>\n", b->grade));
    for (size_t i = 0; i < run->case_count; i++)
        if (strcmp(run->cases[i].board, b->id) == 0)
            ASSAY_TRY(add_case(out, &run->cases[i]));
    return buf_add_text(out, "</table>\n");
}

enum assay_status report_html(const struct run_record *run, const char *run_dir, struct buf *out,
                              struct assay_error *err)
{
    (void)run_dir;
    (void)err;
    ASSAY_TRY(buf_printf(out,
                         "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                         "<title>Assay</title><style>%s</style></head><body>\n<h1>Assay</h1>\n",
                         style));
    for (size_t i = 0; i < run->board_count; i++)
        ASSAY_TRY(add_board(out, run, &run->boards[i]));
    return buf_add_text(out, "</body></html>\n");
}
