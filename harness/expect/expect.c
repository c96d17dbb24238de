/* SPDX-License-Identifier: Apache-2.0 */
/* See expect/expect.h. */
#include "expect_list.h"

#include <fnmatch.h>
#include <stdlib.h>

bool expect_entry_fits(const struct expect_entry *entry, const struct case_record *c)
{
    return fnmatch(entry->case_id, c->id, 0) == 0 && fnmatch(entry->board, c->board, 0) == 0;
}

static bool is_deviation(enum verdict v)
{
    return verdict_is_fail(v) || v == VERDICT_DEGRADED || v == VERDICT_FLAKY;
}

static bool says_nothing(enum verdict v)
{
    return v == VERDICT_INCONCLUSIVE || v == VERDICT_HARNESS_ERROR;
}

static enum assay_status waive_one(const struct expect_entry *w, struct case_record *cases,
                                   size_t case_count, size_t *ret_fits)
{
    for (size_t i = 0; i < case_count; i++) {
        struct case_record *c = &cases[i];

        if (!expect_entry_fits(w, c))
            continue;
        ++*ret_fits;
        if (!is_deviation(c->verdict))
            continue;
        ASSAY_TRY(record_set(&c->waiver_reason, w->reason));
        c->verdict_before_waiver = c->verdict;
        c->verdict = VERDICT_WAIVED;
    }
    return ASSAY_OK;
}

enum assay_status expect_waive(const struct expect_list *waivers, struct case_record *cases,
                               size_t case_count, int64_t today_s, struct buf *notes)
{
    for (size_t i = 0; waivers != NULL && i < waivers->count; i++) {
        const struct expect_entry *w = &waivers->entries[i];
        size_t fits = 0;

        if (today_s > w->until_s) {
            ASSAY_TRY(buf_printf(notes,
                                 "%s:%d: the waiver of %s ran out on %s and does not count\n",
                                 waivers->name, w->line, w->case_id, w->until));
            continue;
        }
        ASSAY_TRY(waive_one(w, cases, case_count, &fits));
        if (fits == 0)
            ASSAY_TRY(buf_printf(notes, "%s:%d: the waiver of %s fits no case of this run\n",
                                 waivers->name, w->line, w->case_id));
    }
    return ASSAY_OK;
}

static const struct expect_entry *find_entry(const struct expect_list *list,
                                             const struct case_record *c)
{
    for (size_t i = 0; list != NULL && i < list->count; i++)
        if (expect_entry_fits(&list->entries[i], c))
            return &list->entries[i];
    return NULL;
}

enum assay_status expect_exit_code(const struct expect_list *verdicts, const struct run_record *run,
                                   int *ret_code, struct buf *notes)
{
    enum { AS_EXPECTED = 0, DEVIATES = 1, NO_EVIDENCE = 3, INTERRUPTED = 130 };
    int code = run->case_count > 0 ? AS_EXPECTED : NO_EVIDENCE;

    for (size_t i = 0; i < run->case_count; i++) {
        const struct case_record *c = &run->cases[i];
        const struct expect_entry *entry = find_entry(verdicts, c);
        bool as_expected = entry != NULL ? c->verdict == entry->verdict
                                         : !is_deviation(c->verdict) && !says_nothing(c->verdict);

        if (as_expected)
            continue;
        ASSAY_TRY(buf_printf(notes, "%s %s: %s, expected was %s\n", c->board, c->id,
                             verdict_name(c->verdict),
                             entry != NULL ? verdict_name(entry->verdict) : "no deviation"));
        if (!says_nothing(c->verdict))
            code = DEVIATES;
        else if (code == AS_EXPECTED)
            code = NO_EVIDENCE;
    }
    *ret_code = run->interrupted ? INTERRUPTED : code;
    return ASSAY_OK;
}
