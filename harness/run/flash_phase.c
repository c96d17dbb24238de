/* SPDX-License-Identifier: Apache-2.0 */
#include "flash_phase.h"

#include "flash/flash.h"
#include "journal.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_TRANSCRIPT = 64 * 1024 * 1024 };

/* The folder of the phase, among those of the board's cases. */
static const char phase_folder[] = "flash";

struct phase {
    struct flash_phase_bed *bed;
    struct transcript *t;
    struct journal journal;
    char *folder; /* below the run's */
    struct flash_outcome outcome;
};

/* ---- the facts ------------------------------------------------------------------------------- */

static const struct fact {
    const char *key;
    size_t offset;
} facts[] = {
    {"name", offsetof(struct board_record, firmware_name)},
    {"sha256", offsetof(struct board_record, firmware_sha256)},
    {"result", offsetof(struct board_record, flash_result)},
    {"detail", offsetof(struct board_record, flash_detail)},
    {"transcript", offsetof(struct board_record, flash_transcript)},
};

enum { FACT_COUNT = sizeof(facts) / sizeof(*facts) };

static void fact_key(const char *board, const char *key, char ret[256])
{
    snprintf(ret, 256, "flash %.200s %s", board, key);
}

static enum assay_status keep_facts(const struct flash_phase_bed *bed,
                                    const char *const values[FACT_COUNT], struct assay_error *err)
{
    char key[256];

    for (size_t i = 0; i < FACT_COUNT; i++) {
        fact_key(board_file_id(bed->file), facts[i].key, key);
        ASSAY_TRY(store_put_setting(bed->store, key, values[i], err));
    }
    return ASSAY_OK;
}

enum assay_status flash_phase_load(struct store *store, struct board_record *ret,
                                   struct assay_error *err)
{
    for (size_t i = 0; i < FACT_COUNT; i++) {
        char key[256];
        char *text = NULL;
        enum assay_status status = ASSAY_OK;

        fact_key(ret->id, facts[i].key, key);
        ASSAY_TRY(store_get_setting(store, key, &text, err));
        status = record_set((char **)(void *)((char *)ret + facts[i].offset), text);
        free(text);
        ASSAY_TRY(status);
    }
    return ASSAY_OK;
}

static enum assay_status keep_outcome(const struct phase *p, struct assay_error *err)
{
    const struct flash_outcome *o = &p->outcome;
    char path[4096];
    const char *const values[FACT_COUNT] = {o->image, o->sha256, flash_result_name(o->result),
                                            o->detail, path};

    snprintf(path, sizeof(path), "%s/transcript.jsonl", p->folder);
    return keep_facts(p->bed, values, err);
}

static enum assay_status keep_skipped(const struct flash_phase_bed *bed, struct assay_error *err)
{
    static const char *const values[FACT_COUNT] = {"", "", "skipped",
                                                   "Not flashed, as ordered (--no-flash).", ""};

    return keep_facts(bed, values, err);
}

/* ---- the phase ------------------------------------------------------------------------------- */

static void cancel(struct flash_phase_bed *bed)
{
    if (bed->running != NULL)
        flash_cancel(bed->running);
}

static void flash_to_the_end(struct phase *p)
{
    struct flash_phase_bed *bed = p->bed;
    const struct board_flash_options options = {.running = &bed->running};
    struct assay_error why = {.text = ""};
    enum assay_status status = ASSAY_OK;

    bed->cancel = cancel;
    board_set_sink(bed->board, transcript_sink(p->t));
    status = board_flash(bed->board, &options, &p->outcome, &why);
    board_set_sink(bed->board, NULL);
    bed->cancel = NULL;
    if (status == ASSAY_OK)
        return;
    /* There is no board to flash. */
    p->outcome =
        (struct flash_outcome){.result = FLASH_FAILED, .status = status, .cause = CAUSE_BOOT};
    snprintf(p->outcome.detail, sizeof(p->outcome.detail), "%.380s", why.text);
}

static enum assay_status conclude(const struct phase *p, struct flash_phase_result *ret,
                                  struct assay_error *err)
{
    const struct flash_outcome *o = &p->outcome;

    if (p->bed->interrupted)
        return assay_error_set(err, ASSAY_ERR_INTERRUPTED, "interrupted");
    if (o->result != FLASH_FAILED)
        return ASSAY_OK;
    if (o->usage)
        return assay_error_set(err, o->status, "%s", o->detail);
    ret->cause = o->cause != CAUSE_NONE ? o->cause : CAUSE_FLASH;
    snprintf(ret->reason, sizeof(ret->reason),
             "Not run, because the board could not be flashed: %s", o->detail);
    return ASSAY_OK;
}

static enum assay_status run_phase(struct phase *p, struct flash_phase_result *ret,
                                   struct assay_error *err)
{
    const char *board = board_file_id(p->bed->file);

    ASSAY_TRY(store_case_path(p->bed->store, board, phase_folder, &p->folder, err));
    ASSAY_TRY(journal_open(&p->journal, store_directory(p->bed->store), p->folder, err));
    transcript_tee(p->t, &p->journal.sink);
    flash_to_the_end(p);
    ASSAY_TRY(keep_outcome(p, err));
    return conclude(p, ret, err);
}

enum assay_status flash_phase_run(struct flash_phase_bed *bed, struct flash_phase_result *ret,
                                  struct assay_error *err)
{
    struct phase p = {.bed = bed, .journal = {.fd = -1}};
    struct assay_error journal_err = {.text = ""};
    enum assay_status status = ASSAY_OK;
    enum assay_status journal_status = ASSAY_OK;

    *ret = (struct flash_phase_result){.cause = CAUSE_NONE};
    if (!board_file_has_flash(bed->file))
        return ASSAY_OK;
    if (bed->options->no_flash)
        return keep_skipped(bed, err);
    p.t = transcript_new(MAX_TRANSCRIPT);
    if (p.t == NULL)
        return ASSAY_ERR_NOMEM;
    status = run_phase(&p, ret, err);
    journal_status = journal_close(&p.journal, &journal_err);
    if (status == ASSAY_OK && journal_status != ASSAY_OK)
        status = assay_error_set(err, journal_status, "%s", journal_err.text);
    transcript_free(p.t);
    free(p.folder);
    return status;
}
