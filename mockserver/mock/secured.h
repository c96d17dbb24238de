/* SPDX-License-Identifier: Apache-2.0 */
/* A connection of a net with or without TLS: what services send and how they end it. */
#ifndef MOCK_SECURED_H
#define MOCK_SECURED_H

#include "base/buf.h"
#include "base/event.h"
#include "clock/scenario_clock.h"
#include "net/net.h"
#include "tls/tls.h"

struct tls_library;

/*
 * What the TLS of new connections is made from: a context and the chain that it serves. A
 * connection keeps what it began with, also when its server goes on with another one.
 */
struct secured_tls;

struct secured_settings {
    struct value *description;          /* complete; taken over, also on failure */
    struct pki_store *store;            /* borrowed, as what follows */
    struct tls_library *library;        /* NULL: OpenSSL's default */
    const struct scenario_clock *clock; /* certificates are minted at this time ... */
    const struct event_sink *sink;      /* ... by this one's clock; NULL: the machine's */
};

/*
 * Mint the chain of a description (`certs`, `chain`) and make the context (`tls`) for it.
 * @param ret  the caller's, who lets go of it with secured_tls_drop()
 */
ASSAY_RESULT secured_tls_new(const struct secured_settings *settings, struct secured_tls **ret,
                             struct assay_error *err);
void secured_tls_drop(struct secured_tls *tls); /* NULL is allowed */
/* One more who lets go of it. */
struct secured_tls *secured_tls_keep(struct secured_tls *tls);
/* Whose time client certificates are held against from now on. Borrowed. */
void secured_tls_watch(struct secured_tls *tls, const struct scenario_clock *clock,
                       const struct event_sink *sink);

struct secured {
    struct net_conn *conn;    /* borrowed */
    struct tls_conn *tls;     /* NULL: plain */
    struct secured_tls *kept; /* what tls is made from */
};

/* tls and sink are borrowed (tls is kept); tls NULL: plain. @retval ASSAY_ERR_NOMEM */
ASSAY_RESULT secured_open(struct secured *s, struct net_conn *conn, struct secured_tls *tls,
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
