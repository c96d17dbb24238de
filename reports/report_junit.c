/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JUnit XML as GitLab and Jenkins read it: a suite per board, a test case per case. A failed case
 * is a <failure>, one that says nothing an <error>, one that does not apply <skipped>.
 */
#include "report_writers.h"

#include "xml.h"

#include <string.h>

enum outcome { PASSED, FAILED, ERRORED, SKIPPED, OUTCOME_COUNT };

static enum outcome outcome_of(enum verdict v)
{
    if (verdict_is_fail(v) || v == VERDICT_DEGRADED || v == VERDICT_FLAKY)
        return FAILED;
    if (v == VERDICT_INCONCLUSIVE || v == VERDICT_HARNESS_ERROR)
        return ERRORED;
    return v == VERDICT_NOT_APPLICABLE || v == VERDICT_WAIVED ? SKIPPED : PASSED;
}

struct totals {
    size_t count[OUTCOME_COUNT];
    size_t all;
    double seconds;
};

static struct totals count_cases(const struct run_record *run, const char *board)
{
    struct totals t = {.all = 0};

    for (size_t i = 0; i < run->case_count; i++) {
        const struct case_record *c = &run->cases[i];

        if (board != NULL && strcmp(c->board, board) != 0)
            continue;
        t.all++;
        t.count[outcome_of(c->verdict)]++;
        t.seconds += c->duration_ms / 1000;
    }
    return t;
}

static enum assay_status add_totals(struct buf *out, const struct totals *t)
{
    return buf_printf(
        out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\" time=\"%.3f\"", t->all,
        t->count[FAILED], t->count[ERRORED], t->count[SKIPPED], t->seconds);
}

static enum assay_status add_outcome(struct buf *out, const struct case_record *c)
{
    static const char *const elements[] = {
        [FAILED] = "failure", [ERRORED] = "error", [SKIPPED] = "skipped"};
    enum outcome outcome = outcome_of(c->verdict);

    if (outcome == PASSED)
        return ASSAY_OK;
    ASSAY_TRY(buf_printf(out, "      <%s", elements[outcome]));
    ASSAY_TRY(xml_attribute(out, "message", c->reason));
    if (outcome == SKIPPED)
        return buf_add_text(out, "/>\n");
    ASSAY_TRY(xml_attribute(out, "type", verdict_name(c->verdict)));
    ASSAY_TRY(buf_add_char(out, '>'));
    ASSAY_TRY(xml_add(out, c->reason));
    ASSAY_TRY(buf_add_text(out, "\nWhy it matters: "));
    ASSAY_TRY(xml_add(out, c->why));
    ASSAY_TRY(buf_add_text(out, "\nSeverity: "));
    ASSAY_TRY(buf_add_text(out, severity_name(c->severity)));
    return buf_printf(out, "</%s>\n", elements[outcome]);
}

static enum assay_status add_case(struct buf *out, const struct case_record *c)
{
    ASSAY_TRY(buf_add_text(out, "    <testcase"));
    ASSAY_TRY(buf_add_text(out, " name=\""));
    ASSAY_TRY(xml_add(out, c->id));
    ASSAY_TRY(buf_add_char(out, ' '));
    ASSAY_TRY(xml_add(out, c->title));
    ASSAY_TRY(buf_add_char(out, '"'));
    ASSAY_TRY(xml_attribute(out, "classname", c->board));
    ASSAY_TRY(buf_printf(out, " time=\"%.3f\">\n", c->duration_ms / 1000));
    ASSAY_TRY(add_outcome(out, c));
    ASSAY_TRY(buf_add_text(out, "      <system-out>"));
    ASSAY_TRY(xml_add(out, verdict_name(c->verdict)));
    ASSAY_TRY(buf_add_text(out, ": "));
    ASSAY_TRY(xml_add(out, c->reason));
    if (c->transcript[0] != '\0') {
        ASSAY_TRY(buf_add_text(out, "\n"));
        ASSAY_TRY(xml_add(out, c->transcript));
    }
    return buf_add_text(out, "</system-out>\n    </testcase>\n");
}

static enum assay_status add_board(struct buf *out, const struct run_record *run,
                                   const struct board_record *b)
{
    struct totals t = count_cases(run, b->id);

    ASSAY_TRY(buf_add_text(out, "  <testsuite"));
    ASSAY_TRY(xml_attribute(out, "name", b->id));
    ASSAY_TRY(add_totals(out, &t));
    ASSAY_TRY(xml_attribute(out, "timestamp", run->started));
    ASSAY_TRY(buf_add_text(out, ">\n    <properties>\n      <property name=\"grade\""));
    ASSAY_TRY(xml_attribute(out, "value", b->grade));
    ASSAY_TRY(buf_add_text(out, "/>\n    </properties>\n"));
    for (size_t i = 0; i < run->case_count; i++)
        if (strcmp(run->cases[i].board, b->id) == 0)
            ASSAY_TRY(add_case(out, &run->cases[i]));
    return buf_add_text(out, "  </testsuite>\n");
}

enum assay_status report_junit(const struct run_record *run, const char *run_dir, struct buf *out,
                               struct assay_error *err)
{
    struct totals t = count_cases(run, NULL);

    (void)run_dir;
    (void)err;
    ASSAY_TRY(buf_add_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites"));
    ASSAY_TRY(xml_attribute(out, "name", "assay"));
    ASSAY_TRY(add_totals(out, &t));
    ASSAY_TRY(buf_add_text(out, ">\n"));
    for (size_t i = 0; i < run->board_count; i++)
        ASSAY_TRY(add_board(out, run, &run->boards[i]));
    return buf_add_text(out, "</testsuites>\n");
}
