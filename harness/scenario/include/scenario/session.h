/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `session` of a description: the session that the board is asked to keep in place of one message.
 * docs/formats/scenario.md.
 */
#ifndef SCENARIO_SESSION_H
#define SCENARIO_SESSION_H

#include "base/status.h"
#include "base/value.h"

#include <stdbool.h>

struct scenario_session {
    char version[8]; /* "3.1.1", "5.0" */
    bool clean;
    int64_t keep_alive_s;
    int64_t subscribe_qos;
    int64_t qos;
    int64_t every_ms;
    int64_t backoff_ms;
    int64_t ack_ms;
};

/*
 * @param ret_has  whether the description has one at all; ret is the defaults where it has none
 * @retval ASSAY_ERR_MALFORMED  err names the path
 */
ASSAY_RESULT scenario_session_read(const struct value *description, struct scenario_session *ret,
                                   bool *ret_has, struct assay_error *err);

#endif
