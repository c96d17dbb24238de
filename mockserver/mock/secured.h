/* SPDX-License-Identifier: Apache-2.0 */
/* A connection of a net with or without TLS: what services send and how they end it. */
#ifndef MOCK_SECURED_H
#define MOCK_SECURED_H

#include "base/buf.h"
#include "base/event.h"
#include "net/net.h"
#include "tls/tls.h"

struct secured {
    struct net_conn *conn; /* borrowed */
    struct tls_conn *tls;  /* NULL: plain */
};

/* context and sink are borrowed; context NULL: plain. @retval ASSAY_ERR_NOMEM */
ASSAY_RESULT secured_open(struct secured *s, struct net_conn *conn, struct tls_context *context,
                          const struct event_sink *sink);
void secured_done(struct secured *s);

/* Can the service speak yet, and can it still? */
bool secured_is_open(const struct secured *s);
/* TLS has ended, well or not. */
bool secured_is_over(const struct secured *s);

/*
 * Send what out holds, which is empty afterwards; before the handshake's end it is dropped.
 * A connection that is closing is no error: on_close comes.
 * @retval ASSAY_ERR_NOMEM
 * @retval ASSAY_ERR_LIMIT  net_conn_send()
 */
ASSAY_RESULT secured_send(struct secured *s, struct buf *out);
/* Send what TLS itself has to say. */
ASSAY_RESULT secured_flush(struct secured *s);
/* As a good server does: close_notify, then FIN behind everything that was sent. */
ASSAY_RESULT secured_finish(struct secured *s);

#endif
