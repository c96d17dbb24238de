/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The TLS server on OpenSSL, sans-I/O: wire bytes in, wire bytes, plaintext and events out.
 * Every handshake message and alert of both directions becomes an event.
 */
#ifndef TLS_TLS_H
#define TLS_TLS_H

#include "base/buf.h"
#include "base/event.h"
#include "base/status.h"
#include "base/value.h"
#include "pki/pki.h"

struct tls_context;
struct tls_conn;

struct tls_settings {
    const struct value *description; /* the scenario's `tls` table; NULL: defaults. Borrowed */
    const struct pki_chain *chain;   /* borrowed; must outlive the context */
    struct pki_store *store;         /* borrowed; for the client CA */
    /* Scenario time for checking client certificates; asked once per handshake. */
    int64_t (*now_s)(void *ctx);
    void *now_ctx;
};

/*
 * @retval ASSAY_ERR_MALFORMED    unknown key or value in the description; err names it
 * @retval ASSAY_ERR_UNSUPPORTED  this OpenSSL cannot serve it (the name of the cipher, group, ...)
 */
ASSAY_RESULT tls_context_new(const struct tls_settings *settings, struct tls_context **ret,
                             struct assay_error *err);
void tls_context_free(struct tls_context *context);

/* One connection. sink is borrowed and must outlive it. NULL: no memory. */
struct tls_conn *tls_conn_new(struct tls_context *context, const struct event_sink *sink,
                              uint32_t conn);
void tls_conn_free(struct tls_conn *conn);

/*
 * Bytes from the wire. Afterwards look at the output, the plaintext and the stage. A handshake
 * that fails is not an error of this call: it is a stage and an event.
 */
ASSAY_RESULT tls_conn_receive(struct tls_conn *conn, const void *data, size_t len);
/* The peer closed its side without close_notify. */
void tls_conn_end_of_input(struct tls_conn *conn);

/* What is to be written to the wire; the caller consumes it. Borrowed. */
struct buf *tls_conn_output(struct tls_conn *conn);
/* Decrypted application data; the caller consumes it. Borrowed. */
struct buf *tls_conn_plaintext(struct tls_conn *conn);

ASSAY_RESULT tls_conn_send(struct tls_conn *conn, const void *data, size_t len);
ASSAY_RESULT tls_conn_close(struct tls_conn *conn); /* send close_notify */

enum tls_stage { TLS_STAGE_HANDSHAKE, TLS_STAGE_ESTABLISHED, TLS_STAGE_CLOSED, TLS_STAGE_FAILED };
enum tls_stage tls_conn_stage(const struct tls_conn *conn);
/* ALPN that was chosen, NUL terminated; "" for none. */
const char *tls_conn_alpn(const struct tls_conn *conn);

#endif
