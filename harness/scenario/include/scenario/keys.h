/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys of a scenario file as tables: the loader reads by them, docs/formats/scenario.md and
 * its test list them.
 */
#ifndef SCENARIO_KEYS_H
#define SCENARIO_KEYS_H

#include <stddef.h>

struct scenario_key_info {
    const char *name;
    const char *kind;     /* "text", "list of texts", ...: for people */
    const char *required; /* "yes", "no", or when */
    const char *help;
};

/* Rows of scenario{...}; NULL past the end. */
const struct scenario_key_info *scenario_key_at(size_t index);
/* Rows of suite{...}. */
const struct scenario_key_info *scenario_suite_key_at(size_t index);
/* Rows of `needs`. */
const struct scenario_key_info *scenario_need_at(size_t index);
/* Top-level rows of a description (`description`, `change`). */
const struct scenario_key_info *scenario_description_key_at(size_t index);

/* Names of TLS alerts (RFC 8446 section 6, RFC 5246 section 7.2), NULL past the end. */
const char *scenario_alert_at(size_t index);

#endif
