/* SPDX-License-Identifier: Apache-2.0 */
/* A run's record: written, and judged again from its transcripts. See run/run.h. */
#include "run/run.h"

#include "case.h"
#include "grade/grade.h"
#include "run_record_file.h"
#include "store/store.h"

enum assay_status run_record_write(const char *run_dir, const struct run_record *record,
                                   struct assay_error *err)
{
    struct buf text;
    enum assay_status status = ASSAY_OK;

    buf_init(&text, 256U << 20);
    status = run_json_write(record, &text);
    if (status == ASSAY_OK)
        status = store_write_file(run_dir, "run.json", &text, 0644, err);
    buf_done(&text);
    return status;
}

static enum assay_status judge_again(const char *run_dir, struct case_record *c,
                                     struct assay_error *err)
{
    struct transcript *t = NULL;
    struct judgement j;
    struct buf path;
    enum assay_status status = ASSAY_OK;

    if (c->transcript[0] == '\0')
        return ASSAY_OK; /* it was not run */
    buf_init(&path, 8192);
    status = buf_printf(&path, "%s/%s", run_dir, c->transcript);
    if (status == ASSAY_OK)
        status = transcript_read(buf_text(&path), &t, err);
    if (status == ASSAY_OK)
        status = judge_case(t, &j, err);
    if (status == ASSAY_OK)
        status = case_record_judgement(&j, c);
    transcript_free(t);
    buf_done(&path);
    return status;
}

enum assay_status run_judge_again(const char *run_dir, struct run_record *ret,
                                  struct assay_error *err)
{
    ASSAY_TRY(run_json_read(run_dir, ret, err));
    for (size_t i = 0; i < ret->case_count; i++)
        ASSAY_TRY(judge_again(run_dir, &ret->cases[i], err));
    for (size_t i = 0; i < ret->board_count; i++)
        ASSAY_TRY(grade_board(&ret->boards[i], ret->cases, ret->case_count));
    ret->exit_code = grade_exit_code(ret);
    return run_record_write(run_dir, ret, err);
}
