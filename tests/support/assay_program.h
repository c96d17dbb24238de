/* SPDX-License-Identifier: Apache-2.0 */
/* The program assay as its user runs it, for tests that cross all rooms. */
#ifndef ASSAY_PROGRAM_H
#define ASSAY_PROGRAM_H

#include "base/exec.h"
#include "record/record.h"

/* A path below this test's own directory; the text lives until the test's process ends. */
const char *test_path(const char *name);

/* Write a file below this test's directory and give its path. */
const char *test_file(const char *name, const char *content);

/*
 * Run `assay WORDS...` (NULL terminated) with a bench folder of this test's own, and wait for it.
 * @param output  what it printed on both streams, appended
 * @return its exit code; -1 where it did not end by itself within a minute
 */
int assay(struct buf *output, const char *const *words);

/* The same with the words given in place. */
#define ASSAY(output, ...) assay((output), (const char *const[]){__VA_ARGS__, NULL})

/* Start it and leave it running; its output comes from ret->stdout_fd (both streams). */
ASSAY_RESULT assay_start(const char *const *words, struct exec_child *ret);

/* run.json of a run's folder; a failure is a failed assertion. */
bool load_run(const char *run_dir, struct run_record *ret);

/* NULL when there is none. */
const struct case_record *find_case(const struct run_record *run, const char *id);

/* Ids of all cases whose verdict is a fail, in the order of the record, "A B C". */
void failed_ids(const struct run_record *run, struct buf *out);

/* How many cases have this verdict. */
size_t count_verdict(const struct run_record *run, enum verdict v);

#endif
