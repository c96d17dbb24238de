/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bench as the client of a board that is a server: one server description says what it shows
 * (`certs`, `chain`), how it speaks TLS (`tls`), how it misbehaves on the way (`net`) and what it
 * asks for (`visit`). Everything becomes events.
 *
 * The order: company (other connections), the case itself, the company's end, and then a good
 * client, to see whether the board still serves.
 */
#ifndef PROBER_PROBER_H
#define PROBER_PROBER_H

#include "base/buf.h"
#include "base/event.h"
#include "base/status.h"
#include "base/value.h"
#include "clock/scenario_clock.h"
#include "pki/pki.h"

#include <uv.h>

struct prober;

struct prober_options {
    uv_loop_t *loop;                 /* borrowed */
    const struct event_sink *sink;   /* borrowed */
    struct pki_store *store;         /* borrowed */
    struct scenario_clock *clock;    /* borrowed, set by the caller */
    const struct value *description; /* of the case; borrowed until prober_free() */
    const struct value *still;       /* of a good client that comes afterwards; NULL: none does */
    const struct buf *root;  /* DER that the board's certificate has to end at, borrowed; empty:
                                nothing is; NULL: the bench's root */
    uint16_t value;          /* that is written, so that it can be read again */
    void (*done)(void *ctx); /* once, from the loop: all visits are over. May not free the prober */
    void *ctx;
};

/*
 * Everything that needs no socket: the descriptions are checked, certificates minted.
 * @retval ASSAY_ERR_MALFORMED    a description; err names the path
 * @retval ASSAY_ERR_UNSUPPORTED  OpenSSL cannot do it
 */
ASSAY_RESULT prober_new(const struct prober_options *options, struct prober **ret,
                        struct assay_error *err);

/*
 * Visit the board; once.
 * @retval ASSAY_ERR_IO  nothing can be sent to this address
 */
ASSAY_RESULT prober_start(struct prober *prober, const char *address, unsigned port,
                          struct assay_error *err);

/* Connections that are open. */
size_t prober_open_connections(const struct prober *prober);

/* Closes everything, without done(); NULL is allowed. Not from a callback of the loop. */
void prober_free(struct prober *prober);

#endif
