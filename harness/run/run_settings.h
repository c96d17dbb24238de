/* SPDX-License-Identifier: Apache-2.0 */
/* What a run was asked to do, kept in its store, so that --resume goes on with the same. */
#ifndef RUN_SETTINGS_H
#define RUN_SETTINGS_H

#include "run/run.h"
#include "store/store.h"

/* Of the settings that are one value each; run_settings.c proves that it is enough. */
enum { RUN_SETTINGS_MAX = 16 };

/* Owns what the options of a resumed run point to. */
struct run_settings {
    char *texts[RUN_SETTINGS_MAX];
    struct record_list boards, selectors;
};

ASSAY_RESULT run_settings_save(struct store *store, const struct run_options *options,
                               struct assay_error *err);

/* Open the store of options->run_dir and let what it kept replace boards, selectors, time, seed,
 * order, repeats and profile. */
ASSAY_RESULT run_settings_load(struct run_options *options, struct run_settings *settings,
                               struct store **ret_store, struct assay_error *err);
void run_settings_done(struct run_settings *settings);

#endif
