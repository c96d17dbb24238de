/* SPDX-License-Identifier: Apache-2.0 */
/* report.html: one page with everything in it, no script and nothing from elsewhere. */
#include "report_writers.h"

#include "html_case.h"
#include "html_style.h"
#include "timeline.h"
#include "xml.h"

#include <string.h>

static enum assay_status add_categories(struct buf *out, const struct board_record *b)
{
    ASSAY_TRY(
        buf_add_text(out, "<table class=\"categories\"><caption>Scores by category</caption>\n"));
    for (size_t i = 0; i < CATEGORY_COUNT; i++) {
        if (!b->categories[i].present)
            continue;
        ASSAY_TRY(buf_printf(out,
                             "<tr><th scope=\"row\">%s</th><td><span class=\"bar\"><span "
                             "style=\"width:%.0f%%\"></span></span></td><td class=\"number\">%.0f"
                             "</td></tr>\n",
                             category_name((enum category)i), b->categories[i].score,
                             b->categories[i].score));
    }
    return buf_add_text(out, "</table>\n");
}

static enum assay_status add_caps(struct buf *out, const struct board_record *b)
{
    if (b->cap_count == 0)
        return buf_add_text(out, "<p>No case capped the grade.</p>\n");
    ASSAY_TRY(buf_add_text(out, "<h3>What capped the grade</h3>\n<ul class=\"caps\">\n"));
    for (size_t i = 0; i < b->cap_count; i++) {
        const struct record_cap *cap = &b->caps[i];

        ASSAY_TRY(buf_printf(out, "<li><b>%s</b> ", cap->limit));
        if (cap->case_id[0] != '\0')
            ASSAY_TRY(html_case_link(out, b->id, cap->case_id));
        ASSAY_TRY(buf_add_char(out, ' '));
        ASSAY_TRY(xml_add(out, cap->reason));
        ASSAY_TRY(buf_add_text(out, "</li>\n"));
    }
    return buf_add_text(out, "</ul>\n");
}

static enum assay_status add_row(struct buf *out, const struct case_record *c)
{
    ASSAY_TRY(buf_add_text(out, "<tr><td class=\"id\">"));
    ASSAY_TRY(html_case_link(out, c->board, c->id));
    ASSAY_TRY(buf_add_text(out, "</td><td>"));
    ASSAY_TRY(xml_add(out, c->title));
    ASSAY_TRY(buf_printf(out, "</td><td>%s</td><td><span class=\"verdict %s\">%s</span></td><td>",
                         severity_name(c->severity), html_verdict_class(c->verdict),
                         verdict_name(c->verdict)));
    ASSAY_TRY(xml_add(out, c->reason));
    return buf_add_text(out, "</td></tr>\n");
}

static enum assay_status add_table(struct buf *out, const struct run_record *run,
                                   const struct board_record *b)
{
    ASSAY_TRY(buf_add_text(out, "<table class=\"verdicts\">\n<thead><tr><th scope=\"col\">Case</th>"
                                "<th scope=\"col\">It meets</th><th scope=\"col\">Severity</th>"
                                "<th scope=\"col\">Verdict</th><th scope=\"col\">Why</th></tr>"
                                "</thead>\n<tbody>\n"));
    for (size_t i = 0; i < run->case_count; i++)
        if (strcmp(run->cases[i].board, b->id) == 0)
            ASSAY_TRY(add_row(out, &run->cases[i]));
    return buf_add_text(out, "</tbody>\n</table>\n");
}

static enum assay_status add_board(struct buf *out, const struct run_record *run,
                                   const struct board_record *b)
{
    ASSAY_TRY(buf_add_text(out, "<section>\n<h2>"));
    ASSAY_TRY(xml_add(out, b->id));
    ASSAY_TRY(buf_printf(out,
                         "</h2>\n<div class=\"summary\"><div class=\"grade grade-%s\">%s</div>"
                         "<div><p>",
                         b->grade, b->grade));
    ASSAY_TRY(xml_add(out, b->name));
    ASSAY_TRY(buf_add_text(out, b->stack[0] != '\0' ? ", stack " : ""));
    ASSAY_TRY(xml_add(out, b->stack));
    ASSAY_TRY(buf_printf(out, ". Score %.0f of 100.</p>\n", b->score));
    ASSAY_TRY(add_caps(out, b));
    ASSAY_TRY(buf_add_text(out, "</div>\n"));
    ASSAY_TRY(add_categories(out, b));
    ASSAY_TRY(buf_add_text(out, "</div>\n"));
    return add_table(out, run, b);
}

static enum assay_status add_head(struct buf *out, const struct run_record *run)
{
    ASSAY_TRY(buf_add_text(out,
                           "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta "
                           "charset=\"utf-8\">\n<meta name=\"viewport\" "
                           "content=\"width=device-width, initial-scale=1\">\n<title>Assay: "));
    for (size_t i = 0; i < run->board_count; i++) {
        ASSAY_TRY(buf_add_text(out, i > 0 ? ", " : ""));
        ASSAY_TRY(xml_add(out, run->boards[i].id));
        ASSAY_TRY(buf_printf(out, " %s", run->boards[i].grade));
    }
    ASSAY_TRY(buf_add_text(out, "</title>\n<style>\n"));
    ASSAY_TRY(buf_add_text(out, html_style));
    ASSAY_TRY(buf_add_text(out, "</style>\n</head>\n<body>\n<header>\n<h1>Assay</h1>\n<p>"));
    ASSAY_TRY(buf_add_text(out, "Run of "));
    ASSAY_TRY(xml_add(out, run->started));
    ASSAY_TRY(buf_add_text(out, "; scenario time "));
    ASSAY_TRY(xml_add(out, run->scenario_time));
    ASSAY_TRY(buf_add_text(out, "; assay "));
    ASSAY_TRY(xml_add(out, run->tool_version));
    ASSAY_TRY(buf_add_text(out, run->interrupted ? "; <b>interrupted</b>" : ""));
    return buf_add_text(out, ".</p>\n</header>\n");
}

enum assay_status report_html_prepared(const struct run_record *run, const char *run_dir,
                                       const struct report_evidence *evidence, struct buf *out,
                                       struct assay_error *err)
{
    ASSAY_TRY(add_head(out, run));
    for (size_t i = 0; i < run->board_count; i++) {
        const struct board_record *b = &run->boards[i];

        ASSAY_TRY(add_board(out, run, b));
        ASSAY_TRY(html_timeline(out, run, b, run_dir, err));
        ASSAY_TRY(buf_add_text(out, "<h3>Evidence</h3>\n"));
        for (size_t k = 0; k < run->case_count; k++)
            if (strcmp(run->cases[k].board, b->id) == 0)
                ASSAY_TRY(html_case(out, run, k, run_dir, evidence, err));
        ASSAY_TRY(buf_add_text(out, "</section>\n"));
    }
    return buf_add_text(out, "</body>\n</html>\n");
}

enum assay_status report_html(const struct run_record *run, const char *run_dir, struct buf *out,
                              struct assay_error *err)
{
    return report_html_prepared(run, run_dir, NULL, out, err);
}
