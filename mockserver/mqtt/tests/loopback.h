/* SPDX-License-Identifier: Apache-2.0 */
/* For tests: a session behind a loopback socket, and a real client that talks to it. */
#ifndef LOOPBACK_H
#define LOOPBACK_H

#include "base/exec.h"
#include "base/transcript.h"
#include "mqtt/session.h"

struct loopback_result {
    struct transcript *transcript; /* owned by the caller */
    struct buf client_output;      /* owned by the caller */
    struct exec_outcome outcome;   /* of the client */
    enum mqtt_stage stage;         /* of the last connection */
};

/*
 * Listen on 127.0.0.1, start the client with its port in place of the argument "{port}", serve its
 * connections one after another until it ends, and collect everything.
 */
ASSAY_RESULT loopback_run(const struct mqtt_settings *settings, const char *const *argv,
                          struct loopback_result *ret);
void loopback_done(struct loopback_result *result);

#endif
