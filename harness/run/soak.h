/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scenarios with `outages` take hours. How long they take is a parameter of the run: everything in
 * them is shortened alike, and what is drawn is drawn from the run's seed.
 */
#ifndef RUN_SOAK_H
#define RUN_SOAK_H

#include "base/status.h"
#include "base/value.h"

#include <stdbool.h>
#include <stdint.h>

struct soak_wish {
    unsigned lasts_ms; /* of the scenario */
    unsigned soak_ms;  /* of the run; 0: as the scenario says */
    int64_t seed;
    bool is_told; /* the board takes its first wait from us, which is shortened too */
};

/* A description without `outages` stays as it is. @retval ASSAY_ERR_NOMEM */
ASSAY_RESULT soak_scale(struct value *description, const struct soak_wish *wish);

#endif
