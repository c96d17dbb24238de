/* SPDX-License-Identifier: Apache-2.0 */
#include "forecast.h"

#include <string.h>

enum { LINE_WIDTH = 100 };

/* Seconds while they say something, then minutes, then hours. */
static enum assay_status add_duration(struct buf *out, double seconds)
{
    static const struct {
        double below, unit;
        const char *name;
        int decimals;
    } rows[] = {{10, 1, "s", 1}, {120, 1, "s", 0}, {7200, 60, "min", 0}, {1e18, 3600, "h", 1}};
    size_t i = 0;

    while (seconds >= rows[i].below && i + 1 < sizeof(rows) / sizeof(rows[0]))
        i++;
    return buf_printf(out, "%.*f %s", rows[i].decimals, seconds / rows[i].unit, rows[i].name);
}

static size_t count_ruled_out(const struct plan *plan)
{
    size_t count = 0;

    for (size_t i = 0; i < plan->count; i++)
        count += plan->cases[i].not_applicable != NULL;
    return count;
}

enum assay_status forecast_line(void *ctx, const struct run_forecast *f)
{
    struct buf *out = ctx;
    size_t ruled_out = count_ruled_out(f->plan);

    ASSAY_TRY(buf_printf(out, "%s: %zu case%s", f->board, f->plan->count,
                         f->plan->count == 1 ? "" : "s"));
    if (ruled_out > 0)
        ASSAY_TRY(buf_printf(out, " (%zu of them not applicable)", ruled_out));
    ASSAY_TRY(buf_printf(out, ", %zu connections", f->plan->attempts));
    if (f->plan->attempts_more > 0)
        ASSAY_TRY(buf_printf(out, " (up to %zu more to measure)", f->plan->attempts_more));
    ASSAY_TRY(buf_add_text(out, ", about "));
    ASSAY_TRY(
        add_duration(out, (f->ms_per_attempt * (double)f->plan->attempts + f->watch_ms) / 1000));
    return buf_printf(out, " (%.*f ms each%s)\n", f->ms_per_attempt < 10 ? 1 : 0, f->ms_per_attempt,
                      f->is_measured ? ", as in its last run" : ", a guess before its first run");
}

/* Ids behind each other, broken at LINE_WIDTH. */
static enum assay_status add_id(struct buf *out, size_t *column, const char *id)
{
    size_t len = strlen(id) + 1;

    if (*column + len > LINE_WIDTH) {
        ASSAY_TRY(buf_add_text(out, "\n     "));
        *column = 5;
    }
    *column += len;
    return buf_printf(out, " %s", id);
}

/* Nothing is served for these. */
static enum assay_status add_observations(struct buf *out, const struct plan *plan)
{
    static const char head[] = "  looking at all of these connections:";
    size_t column = 0;

    for (size_t i = 0; i < plan->count; i++) {
        const struct plan_case *c = &plan->cases[i];

        if (c->not_applicable != NULL || c->scenario->expect != SCENARIO_OBSERVE)
            continue;
        if (column == 0) {
            ASSAY_TRY(buf_add_text(out, head));
            column = strlen(head);
        }
        ASSAY_TRY(add_id(out, &column, c->scenario->id));
    }
    return column > 0 ? buf_add_text(out, "\n") : ASSAY_OK;
}

static enum assay_status add_brackets(struct buf *out, const struct plan *plan)
{
    size_t column = 0;

    for (size_t i = 0; i < plan->count; i++) {
        const struct plan_case *c = &plan->cases[i];

        if (c->not_applicable != NULL || c->scenario->expect == SCENARIO_OBSERVE)
            continue;
        if (!c->shares_before) {
            ASSAY_TRY(
                buf_printf(out, "%s  between runs of %s:", column > 0 ? "\n" : "", c->control->id));
            column = strlen("  between runs of :") + strlen(c->control->id);
        }
        ASSAY_TRY(add_id(out, &column, c->scenario->id));
    }
    return column > 0 ? buf_add_text(out, "\n") : ASSAY_OK;
}

/* What the profile weighs otherwise than the scenarios. */
static enum assay_status add_severities(struct buf *out, const struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        const struct plan_case *c = &plan->cases[i];

        if (c->not_applicable == NULL && c->severity != c->scenario->severity)
            ASSAY_TRY(buf_printf(out, "  %s instead of %s: %s: %s\n", severity_name(c->severity),
                                 severity_name(c->scenario->severity), c->scenario->id, c->why));
    }
    return ASSAY_OK;
}

enum assay_status forecast_plan(void *ctx, const struct run_forecast *f)
{
    struct buf *out = ctx;

    ASSAY_TRY(forecast_line(ctx, f));
    ASSAY_TRY(add_brackets(out, f->plan));
    ASSAY_TRY(add_observations(out, f->plan));
    ASSAY_TRY(add_severities(out, f->plan));
    for (size_t i = 0; i < f->plan->count; i++) {
        const struct plan_case *c = &f->plan->cases[i];

        if (c->not_applicable != NULL)
            ASSAY_TRY(
                buf_printf(out, "  not applicable: %s: %s\n", c->scenario->id, c->not_applicable));
    }
    return ASSAY_OK;
}
