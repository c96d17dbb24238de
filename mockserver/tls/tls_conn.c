/* SPDX-License-Identifier: Apache-2.0 */
#include "tls_internal.h"

#include "tls_names.h"

#include <openssl/err.h>
#include <openssl/sslerr.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OUTPUT_MAX = 16 << 20, PLAINTEXT_MAX = 16 << 20, RECORD_MAX = 16384, ERROR_TEXT = 320 };

struct tls_conn *tls_conn_new(struct tls_context *context, const struct event_sink *sink,
                              uint32_t id)
{
    struct tls_conn *conn = calloc(1, sizeof(*conn));

    if (conn == NULL)
        return NULL;
    conn->context = context;
    conn->sink = sink;
    conn->id = id;
    conn->stage = TLS_STAGE_HANDSHAKE;
    buf_init(&conn->output, OUTPUT_MAX);
    buf_init(&conn->plaintext, PLAINTEXT_MAX);
    conn->ssl = SSL_new(context->ctx);
    if (conn->ssl == NULL || BIO_up_ref(context->bio) != 1) {
        tls_conn_free(conn);
        ERR_clear_error();
        return NULL;
    }
    SSL_set_bio(conn->ssl, context->bio, context->bio);
    if (!context->is_client) {
        SSL_set_accept_state(conn->ssl);
        return conn;
    }
    if (tls_client_begin(conn))
        return conn;
    tls_conn_free(conn);
    ERR_clear_error();
    return NULL;
}

void tls_conn_free(struct tls_conn *conn)
{
    if (conn == NULL)
        return;
    if (conn->context->active == conn)
        conn->context->active = NULL;
    SSL_free(conn->ssl);
    free(conn->psk_identity);
    free(conn->offered_protocols);
    buf_done(&conn->output);
    if (conn->plaintext.data != NULL)
        explicit_bzero(conn->plaintext.data, conn->plaintext.len);
    buf_done(&conn->plaintext);
    free(conn->alpn);
    free(conn);
}

/* OpenSSL is called for this connection: its callbacks and the BIO have to know. */
static void begin_call(struct tls_conn *conn)
{
    conn->context->active = conn;
    ERR_clear_error();
}

/* Why OpenSSL failed: what libssl says of it, and what went wrong below in libcrypto, if so. */
struct failure {
    int reason; /* SSL_R_...; 0: libssl said nothing */
    char text[ERROR_TEXT / 2];
};

/* Empties the queue. Errors of libcrypto come first, as "last octet invalid" of a signature. */
static struct failure take_failure(void)
{
    struct failure failure = {.reason = 0};
    const char *own = NULL;
    const char *below = NULL;
    unsigned long code = 0;

    while ((code = ERR_get_error()) != 0) {
        const char **text = ERR_GET_LIB(code) == ERR_LIB_SSL ? &own : &below;

        if (text == &own && own == NULL)
            failure.reason = ERR_GET_REASON(code);
        if (*text == NULL)
            *text = ERR_reason_error_string(code);
    }
    if (own != NULL && below != NULL)
        snprintf(failure.text, sizeof(failure.text), "%s (%s)", own, below);
    else
        snprintf(failure.text, sizeof(failure.text), "%s",
                 own != NULL     ? own
                 : below != NULL ? below
                                 : "OpenSSL gave no reason");
    return failure;
}

static bool came_as_alert(const struct tls_conn *conn, int reason)
{
    return conn->has_alert_received && reason >= SSL_AD_REASON_OFFSET;
}

static void describe_failure(const struct tls_conn *conn, const struct failure *failure,
                             char text[static ERROR_TEXT])
{
    char hex[TLS_NAME_TEXT];

    if (came_as_alert(conn, failure->reason))
        snprintf(text, ERROR_TEXT, "the board ended it with the alert %s",
                 tls_name_or_hex(TLS_NAMES_ALERT, conn->alert_received, hex));
    else if (!conn->hello_seen)
        snprintf(text, ERROR_TEXT, "the board sent %s (OpenSSL: %s)",
                 tls_looks_like(conn->first, conn->first_len), failure->text);
    else
        snprintf(text, ERROR_TEXT, "the %s gave up: %s",
                 conn->context->is_client ? "bench" : "server", failure->text);
}

static void fail(struct tls_conn *conn)
{
    struct failure failure = take_failure();
    char text[ERROR_TEXT];

    describe_failure(conn, &failure, text);
    tls_client_auth_failed(conn, failure.reason, failure.text);
    tls_emit_error(conn, text);
    conn->stage = TLS_STAGE_FAILED;
}

static void note_alpn(struct tls_conn *conn)
{
    const unsigned char *name = NULL;
    unsigned len = 0;

    SSL_get0_alpn_selected(conn->ssl, &name, &len);
    if (len == 0 || conn->alpn != NULL)
        return;
    conn->alpn = calloc(1, len + 1); /* no memory: as if none had been chosen */
    if (conn->alpn != NULL)
        memcpy(conn->alpn, name, len);
}

static void forget_key(EVP_PKEY *key)
{
    (void)EVP_PKEY_set_type(key, EVP_PKEY_get_base_id(key)); /* frees what is in it */
    EVP_PKEY_free(key);
}

/*
 * libssl keeps both ephemeral keys of TLS 1.3 (RFC 8446 section 4.2.8) until the connection is
 * freed: 4 KiB of an idle one on P-256, and a secret that nobody needs any more.
 */
static void forget_ephemeral_keys(SSL *ssl)
{
    EVP_PKEY *key = NULL;

    if (SSL_get_tmp_key(ssl, &key) == 1)
        forget_key(key);
    if (SSL_get_peer_tmp_key(ssl, &key) == 1)
        forget_key(key);
}

/* The suites that the client offered: told long ago, and a renegotiation offers its own. */
static void forget_offered_suites(const SSL *ssl)
{
    STACK_OF(SSL_CIPHER) *suites = SSL_get_client_ciphers(ssl);

    if (suites == NULL)
        return;
    sk_SSL_CIPHER_zero(suites);
    (void)sk_SSL_CIPHER_reserve(suites, 0); /* gives the memory back */
}

/* What of a handshake nobody needs any more. */
static void forget_handshake(SSL *ssl)
{
    if (SSL_version(ssl) == TLS1_3_VERSION)
        forget_ephemeral_keys(ssl);
    forget_offered_suites(ssl);
    ERR_clear_error();
}

/* Did the last call only run out of input? */
static bool wants_input(struct tls_conn *conn, int result)
{
    return SSL_get_error(conn->ssl, result) == SSL_ERROR_WANT_READ;
}

static void go_on_with_handshake(struct tls_conn *conn)
{
    int result = 0;

    tls_key_log_watch(conn, true);
    result = SSL_do_handshake(conn->ssl);
    tls_key_log_watch(conn, false);
    if (result == 1) {
        conn->stage = TLS_STAGE_ESTABLISHED;
        note_alpn(conn);
        tls_emit_established(conn);
        forget_handshake(conn->ssl);
        return;
    }
    if (!wants_input(conn, result))
        fail(conn);
}

/* The board's close_notify is answered at once, as RFC 5246 section 7.2.1 wants. */
static void answer_close(struct tls_conn *conn)
{
    if (conn->stage == TLS_STAGE_ESTABLISHED) {
        conn->stage = TLS_STAGE_CLOSED;
        (void)SSL_shutdown(conn->ssl); /* nothing to be done if it fails */
        ERR_clear_error();
    }
}

/* Is there anything that SSL_read() could look at? To try costs the memory of a record. */
static bool has_input(const struct tls_conn *conn)
{
    return conn->context->in_len > 0 || SSL_has_pending(conn->ssl) == 1;
}

/* One event a record, so that it stands before that of an alert which came behind it. */
static enum assay_status read_records(struct tls_conn *conn)
{
    uint8_t record[RECORD_MAX];
    size_t used = 0;
    enum assay_status status = ASSAY_OK;
    int result = 1;

    while (status == ASSAY_OK && has_input(conn) &&
           (result = SSL_read(conn->ssl, record, sizeof(record))) > 0) {
        used = (size_t)result > used ? (size_t)result : used;
        tls_emit_data(conn, "rx", (size_t)result);
        status = buf_add(&conn->plaintext, record, (size_t)result);
    }
    OPENSSL_cleanse(record, used);
    if (result > 0)
        return status;
    if (SSL_get_error(conn->ssl, result) == SSL_ERROR_ZERO_RETURN)
        answer_close(conn);
    else if (!wants_input(conn, result))
        fail(conn);
    return ASSAY_OK;
}

static void keep_first_bytes(struct tls_conn *conn, const void *data, size_t len)
{
    size_t room = sizeof(conn->first) - conn->first_len;
    size_t take = len < room ? len : room;

    if (take > 0)
        memcpy(conn->first + conn->first_len, data, take);
    conn->first_len = (uint8_t)(conn->first_len + take);
}

enum assay_status tls_conn_receive(struct tls_conn *conn, const void *data, size_t len)
{
    enum assay_status status = ASSAY_OK;

    if (conn->stage == TLS_STAGE_FAILED || len == 0)
        return ASSAY_OK;
    keep_first_bytes(conn, data, len);
    begin_call(conn);
    conn->context->in = data;
    conn->context->in_len = len;
    if (conn->stage == TLS_STAGE_HANDSHAKE)
        go_on_with_handshake(conn);
    if (conn->stage == TLS_STAGE_ESTABLISHED || conn->stage == TLS_STAGE_CLOSED)
        status = read_records(conn);
    conn->context->in = NULL;
    conn->context->in_len = 0;
    return status;
}

void tls_conn_start(struct tls_conn *conn)
{
    begin_call(conn);
    if (conn->context->is_client && conn->stage == TLS_STAGE_HANDSHAKE)
        go_on_with_handshake(conn);
}

void tls_conn_fall_back(struct tls_conn *conn)
{
    (void)SSL_set_mode(conn->ssl, SSL_MODE_SEND_FALLBACK_SCSV); /* gives the new set of modes */
}

enum assay_status tls_conn_renegotiate(struct tls_conn *conn)
{
    int result = 0;

    if (conn->stage != TLS_STAGE_ESTABLISHED)
        return ASSAY_ERR_STATE;
    begin_call(conn);
    if (SSL_renegotiate(conn->ssl) != 1) {
        ERR_clear_error();
        return ASSAY_ERR_UNSUPPORTED;
    }
    result = SSL_do_handshake(conn->ssl);
    if (result != 1 && !wants_input(conn, result))
        fail(conn);
    return ASSAY_OK;
}

bool tls_conn_is_shaking(const struct tls_conn *conn)
{
    return SSL_in_init(conn->ssl) == 1;
}

enum assay_status tls_conn_say_goodbye(struct tls_conn *conn)
{
    enum assay_status status = ASSAY_OK;

    if (conn->stage != TLS_STAGE_ESTABLISHED)
        return ASSAY_ERR_STATE;
    begin_call(conn);
    status = SSL_shutdown(conn->ssl) >= 0 ? ASSAY_OK : ASSAY_ERR_CRYPTO;
    SSL_set_shutdown(conn->ssl, 0); /* OpenSSL forgets that it has said so */
    ERR_clear_error();
    return status;
}

void tls_conn_end_of_input(struct tls_conn *conn)
{
    char text[ERROR_TEXT];

    if (conn->stage != TLS_STAGE_HANDSHAKE) {
        if (conn->stage == TLS_STAGE_ESTABLISHED)
            conn->stage = TLS_STAGE_CLOSED;
        return;
    }
    if (!conn->hello_seen)
        snprintf(text, sizeof(text), "the board closed before its ClientHello was complete: %s",
                 tls_looks_like(conn->first, conn->first_len));
    else
        snprintf(text, sizeof(text),
                 "the board closed in the middle of the handshake, without an "
                 "alert");
    tls_client_auth_failed(conn, 0, "the board closed");
    tls_emit_error(conn, text);
    conn->stage = TLS_STAGE_FAILED;
}

struct buf *tls_conn_output(struct tls_conn *conn)
{
    return &conn->output;
}

struct buf *tls_conn_plaintext(struct tls_conn *conn)
{
    return &conn->plaintext;
}

enum assay_status tls_conn_send(struct tls_conn *conn, const void *data, size_t len)
{
    size_t written = 0;

    if (conn->stage != TLS_STAGE_ESTABLISHED)
        return ASSAY_ERR_STATE;
    if (len == 0)
        return ASSAY_OK;
    begin_call(conn);
    if (SSL_write_ex(conn->ssl, data, len, &written) != 1 || written != len) {
        fail(conn);
        return ASSAY_ERR_CRYPTO;
    }
    tls_emit_data(conn, "tx", len);
    return ASSAY_OK;
}

enum assay_status tls_conn_close(struct tls_conn *conn)
{
    int result = 0;

    if (conn->stage == TLS_STAGE_CLOSED || conn->stage == TLS_STAGE_FAILED)
        return ASSAY_OK;
    if (conn->stage == TLS_STAGE_HANDSHAKE) {
        conn->stage = TLS_STAGE_FAILED; /* there is nothing to be closed in good order yet */
        return ASSAY_OK;
    }
    begin_call(conn);
    result = SSL_shutdown(conn->ssl);
    conn->stage = TLS_STAGE_CLOSED;
    ERR_clear_error();
    return result >= 0 ? ASSAY_OK : ASSAY_ERR_CRYPTO;
}

enum tls_stage tls_conn_stage(const struct tls_conn *conn)
{
    return (enum tls_stage)conn->stage;
}

const char *tls_conn_alpn(const struct tls_conn *conn)
{
    return conn->alpn != NULL ? conn->alpn : "";
}
