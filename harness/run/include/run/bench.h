/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bench's own state, kept between runs in one folder: the roots that boards are given and the
 * pool of slow keys (bench.pem, mode 0600), and the locks of boards.
 */
#ifndef RUN_BENCH_H
#define RUN_BENCH_H

#include "base/status.h"
#include "pki/pki.h"

#include <stdbool.h>

struct bench;

/*
 * Open the bench's folder, made with mode 0700 when missing.
 * @param directory  NULL: $ASSAY_BENCH_DIR, else $XDG_STATE_HOME/assay, else ~/.local/state/assay
 */
ASSAY_RESULT bench_open(const char *directory, struct bench **ret, struct assay_error *err);
void bench_close(struct bench *bench); /* NULL is allowed */
const char *bench_directory(const struct bench *bench);

/* A store with the bench's roots and pooled keys in it; the caller frees it. */
ASSAY_RESULT bench_load_store(struct bench *bench, struct pki_store **ret, struct assay_error *err);
/* Keep the store's roots and keys, if it holds any that are new. */
ASSAY_RESULT bench_save_store(struct bench *bench, struct pki_store *store,
                              struct assay_error *err);

/* Nobody has written bench.pem since it was loaded here. */
bool bench_is_unchanged(struct bench *bench);

/*
 * How long a connection of the board took in its last run, in milliseconds.
 * @return false  nothing is known yet
 */
bool bench_pace(struct bench *bench, const char *board_id, double *ret_ms);
/* Remember it. A note for forecasts only. */
ASSAY_RESULT bench_set_pace(struct bench *bench, const char *board_id, double ms,
                            struct assay_error *err);

/* A board can be used by one run at a time: a kernel lock, gone with the process that holds it. */
struct board_lock;

/*
 * @retval ASSAY_ERR_BUSY  err says who holds it: process, command, since when
 */
ASSAY_RESULT board_lock_take(struct bench *bench, const char *board_id, struct board_lock **ret,
                             struct assay_error *err);
void board_lock_release(struct board_lock *lock); /* NULL is allowed */

#endif
