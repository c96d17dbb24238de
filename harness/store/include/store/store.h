/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The run's folder: results committed case by case in SQLite (RUN/run.db), transcripts as JSON
 * lines, run.json at the end. Whatever was committed survives kill -9, a full disk and a read-only
 * folder; errors name the file.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/buf.h"
#include "base/status.h"
#include "base/transcript.h"
#include "base/value.h"
#include "record/record.h"

struct store;

/*
 * Make a new run's folder, or open one that is there (resume). Parents are made.
 * @retval ASSAY_ERR_EXISTS     create: the folder already holds a run
 * @retval ASSAY_ERR_NOT_FOUND  resume: no run there
 * @retval ASSAY_ERR_IO         err names the file
 */
ASSAY_RESULT store_create(const char *run_dir, struct store **ret, struct assay_error *err);
ASSAY_RESULT store_resume(const char *run_dir, struct store **ret, struct assay_error *err);
void store_close(struct store *store); /* NULL is allowed */
const char *store_directory(const struct store *store);

/* What is put between the two is kept as a whole or not at all; not around store_commit_case(). */
ASSAY_RESULT store_begin(struct store *store, struct assay_error *err);
ASSAY_RESULT store_commit(struct store *store, struct assay_error *err);

/* Settings of the run (selectors, seed, ...), kept for a resume. Text; get: NULL when absent, else
 * malloc'ed. */
ASSAY_RESULT store_put_setting(struct store *store, const char *key, const char *value,
                               struct assay_error *err);
ASSAY_RESULT store_get_setting(struct store *store, const char *key, char **ret,
                               struct assay_error *err);

/* Commit a case's result (kept from here on whatever happens to the process); replaces an older
 * one. */
ASSAY_RESULT store_commit_case(struct store *store, const struct case_record *c,
                               struct assay_error *err);
/* All committed cases, in order of commit, added to the record. */
ASSAY_RESULT store_load_cases(struct store *store, struct run_record *run, struct assay_error *err);

/* Folder of a case below the run's ("cases/<board>/<case>"), made when missing; malloc'ed. */
ASSAY_RESULT store_case_path(struct store *store, const char *board, const char *case_id,
                             char **ret_relative, struct assay_error *err);

/* Write RUN/<name> at once (temporary file, fsync, rename). What is no file, such as /dev/null, is
 * written to and stays what it is. */
ASSAY_RESULT store_write_file(const char *run_dir, const char *name, const struct buf *content,
                              unsigned mode, struct assay_error *err);

/* The same without waiting for the disk: for what can be made again or is only evidence beside a
 * transcript. Whole or not there after a crash of the program, not after one of the machine. */
ASSAY_RESULT store_write_evidence(const char *run_dir, const char *name, const struct buf *content,
                                  unsigned mode, struct assay_error *err);

/* run.json ("assay.run/1") as text, and back. docs/formats/run.md; reports/schema. */
ASSAY_RESULT run_json_write(const struct run_record *run, struct buf *out);
ASSAY_RESULT run_json_read(const char *run_dir, struct run_record *ret, struct assay_error *err);

/* RUN/<relative>: a case's transcript, read back. The last line may be cut off (the process was
 * killed): it is dropped. */
ASSAY_RESULT transcript_read(const char *path, struct transcript **ret, struct assay_error *err);

/* The same without the events of some kinds (a NULL-terminated list), which are passed over before
 * they are parsed: raw bytes are most of a transcript, and most readers want none. */
ASSAY_RESULT transcript_read_without(const char *path, const char *const *kinds,
                                     struct transcript **ret, struct assay_error *err);

/*
 * The same for a reader who does not want every attempt either: `wants` is asked at each
 * attempt.begin, and an attempt that is not wanted is passed over before it is parsed.
 */
struct transcript_wish {
    const char *const *without; /* kinds, as above; NULL: none */
    bool (*wants)(void *ctx, const struct event *begin);
    void *ctx;
};
ASSAY_RESULT transcript_read_wanted(const char *path, const struct transcript_wish *wish,
                                    struct transcript **ret, struct assay_error *err);

#endif
