/* SPDX-License-Identifier: Apache-2.0 */
/* SARIF 2.1.0 (OASIS): every case is a rule, every case that deviates a result. */
#include "report_writers.h"

#include "base/value.h"

#include <string.h>

static enum assay_status add_string(struct buf *out, const char *text)
{
    return json_add_string(out, text, strlen(text));
}

static const char *level_of(const struct case_record *c)
{
    if (verdict_is_fail(c->verdict))
        return c->severity <= SEVERITY_S1 ? "error" : "warning";
    return c->verdict == VERDICT_DEGRADED || c->verdict == VERDICT_FLAKY ? "warning" : "note";
}

static bool is_result(enum verdict v)
{
    return verdict_is_fail(v) || v == VERDICT_DEGRADED || v == VERDICT_FLAKY ||
           v == VERDICT_INCONCLUSIVE || v == VERDICT_HARNESS_ERROR;
}

/* The first case with this id describes the rule for all boards. */
static bool is_first(const struct run_record *run, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (strcmp(run->cases[i].id, run->cases[index].id) == 0)
            return false;
    return true;
}

static enum assay_status add_rule(struct buf *out, const struct case_record *c)
{
    ASSAY_TRY(buf_add_text(out, "{\"id\":"));
    ASSAY_TRY(add_string(out, c->id));
    ASSAY_TRY(buf_add_text(out, ",\"shortDescription\":{\"text\":"));
    ASSAY_TRY(add_string(out, c->title));
    ASSAY_TRY(buf_add_text(out, "},\"fullDescription\":{\"text\":"));
    ASSAY_TRY(add_string(out, c->why));
    ASSAY_TRY(buf_add_text(out, "},\"properties\":{\"severity\":"));
    ASSAY_TRY(add_string(out, severity_name(c->severity)));
    return buf_add_text(out, "}}");
}

static enum assay_status add_result(struct buf *out, const struct case_record *c)
{
    ASSAY_TRY(buf_add_text(out, "{\"ruleId\":"));
    ASSAY_TRY(add_string(out, c->id));
    ASSAY_TRY(buf_printf(out, ",\"level\":\"%s\",\"message\":{\"text\":", level_of(c)));
    ASSAY_TRY(add_string(out, c->reason));
    ASSAY_TRY(buf_add_text(out, "},\"locations\":[{\"logicalLocations\":[{\"name\":"));
    ASSAY_TRY(add_string(out, c->board));
    ASSAY_TRY(buf_add_text(out, "}]}],\"properties\":{\"verdict\":"));
    ASSAY_TRY(add_string(out, verdict_name(c->verdict)));
    return buf_add_text(out, "}}");
}

enum assay_status report_sarif(const struct run_record *run, const char *run_dir, struct buf *out,
                               struct assay_error *err)
{
    const char *comma = "";

    (void)run_dir;
    (void)err;
    ASSAY_TRY(buf_add_text(
        out, "{\"version\":\"2.1.0\",\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\","
             "\"runs\":[{\"tool\":{\"driver\":{\"name\":\"assay\",\"version\":"));
    ASSAY_TRY(add_string(out, run->tool_version));
    ASSAY_TRY(buf_add_text(out, ",\"rules\":["));
    for (size_t i = 0; i < run->case_count; i++) {
        if (!is_first(run, i))
            continue;
        ASSAY_TRY(buf_add_text(out, comma));
        ASSAY_TRY(add_rule(out, &run->cases[i]));
        comma = ",";
    }
    ASSAY_TRY(buf_add_text(out, "]}},\"results\":["));
    comma = "";
    for (size_t i = 0; i < run->case_count; i++) {
        if (!is_result(run->cases[i].verdict))
            continue;
        ASSAY_TRY(buf_add_text(out, comma));
        ASSAY_TRY(add_result(out, &run->cases[i]));
        comma = ",";
    }
    return buf_add_text(out, "]}]}\n");
}
