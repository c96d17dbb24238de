/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the room: the request to upgrade and its answer (RFC 6455 section 4). */
#ifndef WEBSOCKET_UPGRADE_H
#define WEBSOCKET_UPGRADE_H

#include "base/buf.h"
#include "base/status.h"
#include "websocket/websocket.h"

#include <stdbool.h>

struct upgrade {
    unsigned status; /* 101: it is good; else 400, 405, 426, 431 */
    /* Strings in the request, which was cut into pieces for them; NULL: not there. */
    char *path;
    char *host;
    char *upgrade;
    char *connection;
    char *key;
    char *version;
    char *protocols;
    char *extensions;
    char *authorization;
    const char *chosen; /* "mqtt", "mqttv3.1" */
    const char *wrong;  /* NULL: nothing */
};

/* Bytes up to the empty line that ends the request; 0: it has not come. */
size_t upgrade_length(const struct buf *request);
/* is_whole: false when it was too long. */
void upgrade_read(struct buf *request, bool is_whole, struct upgrade *ret);
ASSAY_RESULT upgrade_answer(const struct upgrade *u, const struct websocket_settings *settings,
                            struct buf *out);
/*
 * What of the settings' answer to a good request forbids a client to go on (RFC 6455 section 4.1):
 * a key of them, or NULL: nothing.
 */
const char *upgrade_fault(const struct upgrade *u, const struct websocket_settings *settings);

#endif
