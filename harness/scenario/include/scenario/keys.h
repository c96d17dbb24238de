/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys of a scenario file as tables (base/keys.h): the loader reads by them, and
 * docs/formats/scenario.md lists them. A row without a fallback has to be given.
 */
#ifndef SCENARIO_KEYS_H
#define SCENARIO_KEYS_H

#include "base/keys.h"

/* All end with a NULL name. */
extern const struct key_spec scenario_keys[];             /* scenario{...} */
extern const struct key_spec scenario_step_keys[];        /* steps = {{...}, ...} */
extern const struct key_spec scenario_ladder_keys[];      /* ladder = {...} */
extern const struct key_spec scenario_suite_keys[];       /* suite{...} */
extern const struct key_spec scenario_missing_keys[];     /* missing{...} */
extern const struct key_spec scenario_session_keys[];     /* description = {session = {...}} */
extern const struct key_spec scenario_needs_keys[];       /* needs = {...} */
extern const struct key_spec scenario_description_keys[]; /* description, change; outermost */

/* Names of TLS alerts (RFC 8446 section 6, RFC 5246 section 7.2); ends with NULL. */
extern const char *const scenario_alert_names[];

#endif
