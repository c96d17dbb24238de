/* SPDX-License-Identifier: Apache-2.0 */
/* What `assay serve` lays over a scenario's server description. */
#ifndef CLI_SERVED_H
#define CLI_SERVED_H

#include "base/status.h"
#include "base/value.h"

struct served_changes {
    const char *face;          /* "aws thing=thermometer", ...; NULL: none */
    const char *host;          /* NULL: the scenario's */
    const char *broker;        /* who answers MQTT: "mock" or "mosquitto" */
    const char *const *faults; /* sentences */
    size_t fault_count;
};

/*
 * A copy of description with the changes; the caller owns it. A word of `face` is key=value, and
 * key=@FILE stands for the text of that file.
 * @retval ASSAY_ERR_MALFORMED  a sentence; err says which and what would be right
 */
ASSAY_RESULT served_description(const struct value *description,
                                const struct served_changes *changes, struct value **ret,
                                struct assay_error *err);

#endif
