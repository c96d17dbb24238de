/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of this room share about a context and a connection. */
#ifndef TLS_INTERNAL_H
#define TLS_INTERNAL_H

#include "tls/tls.h"

#include "tls_config.h"
#include "tls_hello_events.h"

#include "base/event_kinds.h"

#include <openssl/bio.h>
#include <openssl/ssl.h>

struct tls_context {
    struct tls_library *library; /* borrowed; NULL: OpenSSL's default */
    SSL_CTX *ctx;
    BIO_METHOD *bio_method;
    BIO *bio;                /* of all connections: its bytes are those of `active` */
    struct tls_conn *active; /* borrowed: the one that OpenSSL is called for; NULL: none */
    const uint8_t *in;       /* its bytes that OpenSSL has not read yet; only during a receive */
    size_t in_len;
    struct tls_config config;
    int64_t (*now_s)(void *ctx);
    void *now_ctx;
    /* What certificate_sent says, made once. */
    char **subjects;
    size_t subject_count;
    int64_t chain_bytes;
    char *key_note; /* NULL: the key belongs to the leaf */
    bool may_be_anonymous;
    bool is_client; /* tls_client_context_new() */
    char *host;     /* of a client: what is connected to */
};

enum tls_client_certificate_state {
    TLS_CLIENT_CERTIFICATE_NONE,   /* nothing came yet */
    TLS_CLIENT_CERTIFICATE_CAME,   /* the message came, its chain has not been checked */
    TLS_CLIENT_CERTIFICATE_CHECKED /* an event has been emitted for it */
};

enum { TLS_FIRST_BYTES = 16 };

/* There are ten thousand of them: large ones first, so that nothing is lost between. */
struct tls_conn {
    struct tls_context *context; /* borrowed */
    const struct event_sink *sink;
    SSL *ssl;
    struct buf output;
    struct buf plaintext;
    char *psk_identity;      /* owned; NULL: none was named */
    char *alpn;              /* owned; NULL: none */
    char *offered_protocols; /* owned: of ALPN, with ", " between; NULL: none */
    uint32_t id;
    uint32_t client_certificate_count;
    unsigned dh_bits; /* of the group in the ServerKeyExchange of a DHE suite; 0: none */
    uint16_t verify_scheme;
    uint8_t first[TLS_FIRST_BYTES]; /* of the wire, to say what it is when it is not TLS */
    uint8_t first_len;
    uint8_t stage;              /* enum tls_stage */
    uint8_t client_certificate; /* enum tls_client_certificate_state */
    uint8_t alert_received;     /* the last fatal one */
    bool has_alert_received : 1;
    bool hello_seen : 1;         /* the client's, whoever that is */
    bool offers_server_name : 1; /* the board, in its ClientHello */
    bool showed_certificate : 1; /* of a client */
    bool verify_pending : 1;     /* a CertificateVerify came and has not been judged */
};

/* tls_context.c and its parts */
ASSAY_RESULT tls_protocol_apply(struct tls_context *context, struct assay_error *err);
ASSAY_RESULT tls_credentials_apply(struct tls_context *context, const struct tls_settings *settings,
                                   struct assay_error *err);
ASSAY_RESULT tls_client_auth_apply(struct tls_context *context, struct pki_store *store,
                                   struct assay_error *err);
ASSAY_RESULT tls_answers_apply(struct tls_context *context, const struct tls_settings *settings,
                               struct assay_error *err);

/* err from the queue of OpenSSL, which is emptied: "<what>: <reason>". */
ASSAY_RESULT tls_crypto_error(struct assay_error *err, enum assay_status status, const char *format,
                              ...) __attribute__((format(printf, 3, 4)));

/* tls_bio.c: reads from `in` of the active connection, writes to its output. NULL: no memory. */
BIO_METHOD *tls_bio_method_new(void);
BIO *tls_bio_new(const BIO_METHOD *method, struct tls_context *context);

/* tls_events.c: within a call of OpenSSL, the connection that it was called for. */
struct tls_conn *tls_conn_of(const SSL *ssl);
void tls_on_message(int sent, int version, int content_type, const void *data, size_t len, SSL *ssl,
                    void *arg);
void tls_emit_established(struct tls_conn *conn);
void tls_emit_data(struct tls_conn *conn, const char *dir, size_t len);
void tls_emit_error(struct tls_conn *conn, const char *text);

/* tls_key_log.c */
void tls_on_key_log(const SSL *ssl, const char *line);
/* With a tls_library: what is derived from now on belongs to this connection; off: to none. */
void tls_key_log_watch(struct tls_conn *conn, bool on);
/* With a tls_library: our Finished is about to leave; up to TLS 1.2 the secret is there now. */
void tls_key_log_finished(const struct tls_conn *conn);
/* tls_client_certificate.c: what the leaf of a chain that the client sent says. error: if not ok */
void tls_emit_client_certificate(struct tls_conn *conn, X509_STORE_CTX *chain, bool ok,
                                 const char *error);

/* ... and of the one that a server sent, to us as its client. */
void tls_emit_server_certificate(struct tls_conn *conn, X509_STORE_CTX *chain, bool ok,
                                 const char *error);

/* tls_client.c: TLS as its connection begins; false: OpenSSL refuses. */
bool tls_client_begin(struct tls_conn *conn);

/* tls_client_auth.c */
void tls_emit_no_client_certificate(struct tls_conn *conn);
void tls_emit_certificate_verify(struct tls_conn *conn, bool ok, const char *detail);
/* The handshake failed: was it the client's certificate or its signature? */
void tls_client_auth_failed(struct tls_conn *conn, int reason, const char *text);

/* tls_looks_like.c: what bytes that are not TLS look like; "" : nothing known. */
const char *tls_looks_like(const uint8_t *data, size_t len);

#endif
