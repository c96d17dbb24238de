/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What goes wrong, in a sentence: `faults` of a server description, `assay serve --fault`, the
 * control commands of assay-mock. A sentence is one of
 *     slow-reading by=100                 a row of mock_fault_rows: the connection goes wrong
 *     delay SUBACK by=1500                mqtt/fault.h: a packet goes wrong
 *     net.chunk_tx=1                      any key of the description
 * and each of them is a change of the description, so that everything that can go wrong has one
 * place where it is described and checked.
 */
#ifndef MOCK_FAULTS_H
#define MOCK_FAULTS_H

#include "base/status.h"
#include "base/value.h"

#include <stdint.h>

struct mock_fault_row {
    const char *name;
    const char *word; /* "by", "at"; NULL: it takes none */
    int64_t fallback; /* of the word */
    enum assay_status (*apply)(struct value *description, const struct mock_fault_row *row,
                               int64_t number);
    const char *key; /* of apply: what it sets */
    const char *help;
};

/* Ends with a NULL name. */
extern const struct mock_fault_row mock_fault_rows[];

/*
 * Lay a sentence over a description, which may be NULL-less but empty.
 * @param path  of the sentence, for err
 * @retval ASSAY_ERR_MALFORMED  it is no fault; err says what there is
 */
ASSAY_RESULT mock_fault_apply(struct value *description, const char *sentence, const char *path,
                              struct assay_error *err);
/* ... each of a list; a single text will do; NULL: none. */
ASSAY_RESULT mock_faults_apply(struct value *description, const struct value *list,
                               const char *path, struct assay_error *err);

#endif
