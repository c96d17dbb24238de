/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_RECORD_FILE_H
#define RUN_RECORD_FILE_H

#include "record/record.h"

/* Write RUN/run.json. */
ASSAY_RESULT run_record_write(const char *run_dir, const struct run_record *record,
                              struct assay_error *err);

#endif
